import { parse } from 'cookie';
import express from 'express';
import NextAuth from 'next-auth';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP_URL, PORT } = process.env;

// #region snippet
const authOptions = {
  secret: 'a long random value that encrypts the cookie of the session',
  providers: [
    {
      id: 'grantor',
      name: 'Grantor',
      type: 'oauth',
      wellKnown: `${ISSUER}/.well-known/openid-configuration`,
      authorization: { params: { scope: 'openid profile email' } },
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      checks: ['pkce', 'state'],
      // Without this function, next-auth reads the profile from the ID token, which has no name.
      userinfo: { request: ({ client, tokens }) => client.userinfo(tokens) },
      profile: ({ sub, name, email }) => ({ id: sub, name, email }),
    },
  ],
};
// #endregion

// In Next.js this is `export default NextAuth(authOptions)` in `pages/api/auth/[...nextauth].js`.
process.env.NEXTAUTH_URL = `${APP_URL}/api/auth`;
const app = express();
app.use(express.urlencoded());
app.all('/api/auth/{*path}', (request, response) => {
  const query = { ...request.query, nextauth: request.params.path };
  const cookies = parse(request.headers.cookie ?? '');
  Object.defineProperties(request, { query: { value: query }, cookies: { value: cookies } });
  return NextAuth.default(request, response, authOptions);
});
app.get('/profile', async (request, response) => {
  const session = await fetch(`${APP_URL}/api/auth/session`, {
    headers: { cookie: request.headers.cookie ?? '' },
  });
  response.json((await session.json()).user);
});

app.listen(PORT, 'localhost', () => console.log('ready'));
