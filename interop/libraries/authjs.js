import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP_URL, PORT } = process.env;

const app = express();

// #region snippet
const authConfig = {
  basePath: '/auth',
  secret: 'a long random value that encrypts the cookie of the session',
  trustHost: true,
  providers: [
    {
      id: 'grantor',
      name: 'Grantor',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      // Without this setting, Auth.js reads the profile from the ID token, which has no name.
      idToken: false,
    },
  ],
};

app.use(/^\/auth\/(.*)/, ExpressAuth(authConfig));
app.get('/profile', async (request, response) => {
  const session = await getSession(request, authConfig);
  response.json(session?.user);
});
// #endregion

app.listen(PORT, 'localhost', () => console.log('ready', APP_URL));
