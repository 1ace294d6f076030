import express from 'express';
import session from 'express-session';
import { generators, Issuer } from 'openid-client5';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP_URL, PORT } = process.env;

const app = express();
app.use(session({ secret: 'only for this example', resave: false, saveUninitialized: false }));

// #region snippet
const issuer = await Issuer.discover(ISSUER);
const client = new issuer.Client({
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  redirect_uris: [`${APP_URL}/callback`],
  response_types: ['code'],
});

app.get('/login', (request, response) => {
  const verifier = generators.codeVerifier();
  const state = generators.state();
  request.session.pending = { verifier, state };
  response.redirect(
    client.authorizationUrl({
      scope: 'openid profile email',
      code_challenge: generators.codeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    }),
  );
});

app.get('/callback', async (request, response) => {
  const { verifier, state } = request.session.pending;
  const parameters = client.callbackParams(request);
  const tokens = await client.callback(`${APP_URL}/callback`, parameters, { code_verifier: verifier, state });
  const user = await client.userinfo(tokens);
  response.json({ sub: user.sub, name: user.name, email: user.email });
});
// #endregion

app.listen(PORT, 'localhost', () => console.log('ready'));
