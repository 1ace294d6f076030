import express from 'express';
import openid from 'express-openid-connect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP_URL, PORT } = process.env;

const { auth, requiresAuth } = openid;
const app = express();

// #region snippet
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: APP_URL,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: 'a long random value that encrypts the cookie of the session',
    authRequired: false,
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
    routes: { login: false },
  }),
);

app.get('/login', (_request, response) => response.oidc.login({ returnTo: '/profile' }));
app.get('/profile', requiresAuth(), async (request, response) => {
  // `request.oidc.user` holds the claims of the ID token. Names and email are at the userinfo endpoint.
  const user = await request.oidc.fetchUserInfo();
  response.json({ sub: user.sub, name: user.name, email: user.email });
});
// #endregion

app.listen(PORT, 'localhost', () => console.log('ready'));
