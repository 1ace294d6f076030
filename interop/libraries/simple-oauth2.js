import { randomUUID } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { AuthorizationCode } from 'simple-oauth2';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP_URL, PORT } = process.env;

const app = express();
app.use(session({ secret: 'only for this example', resave: false, saveUninitialized: false }));

// #region snippet
const client = new AuthorizationCode({
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: {
    tokenHost: ISSUER,
    tokenPath: '/oauth2/token',
    authorizePath: '/oauth2/authorize',
    revokePath: '/oauth2/revoke',
  },
});
const redirect_uri = `${APP_URL}/callback`;

app.get('/login', (request, response) => {
  request.session.state = randomUUID();
  const { state } = request.session;
  response.redirect(client.authorizeURL({ redirect_uri, scope: 'openid profile email', state }));
});

app.get('/callback', async (request, response) => {
  const { code, state } = request.query;
  if (state !== request.session.state) throw new Error('state does not fit');
  const accessToken = await client.getToken({ code, redirect_uri });
  const userinfo = await fetch(`${ISSUER}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${accessToken.token.access_token}` },
  });
  const { sub, name, email } = await userinfo.json();
  const refreshed = await accessToken.refresh();
  await refreshed.revokeAll();
  response.json({ sub, name, email });
});
// #endregion

app.listen(PORT, 'localhost', () => console.log('ready'));
