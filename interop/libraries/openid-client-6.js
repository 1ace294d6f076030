import express from 'express';
import session from 'express-session';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP_URL, PORT } = process.env;

const app = express();
app.use(session({ secret: 'only for this example', resave: false, saveUninitialized: false }));

// #region snippet
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
  // Only for an issuer on http://localhost; leave it out in production.
  execute: [oidc.allowInsecureRequests],
});
const redirect_uri = `${APP_URL}/callback`;

app.get('/login', async (request, response) => {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  request.session.pending = { verifier, state };
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  response.redirect(url.href);
});

app.get('/callback', async (request, response) => {
  const { verifier, state } = request.session.pending;
  const tokens = await oidc.authorizationCodeGrant(config, new URL(request.originalUrl, APP_URL), {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  // Names and email are at the userinfo endpoint.
  const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  response.json({ sub: user.sub, name: user.name, email: user.email });
});
// #endregion

app.listen(PORT, 'localhost', () => console.log('ready'));
