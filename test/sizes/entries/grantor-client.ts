import { clientSecretBasic, createClient, type TokenSet } from '@grantor/client';

const client = createClient({
  issuer: 'https://as.example',
  clientId: 'app-1',
  authentication: clientSecretBasic('secret'),
  redirectUri: 'https://app.example/callback',
  scope: 'openid profile',
});

export const start = () => client.startAuthorization();

export const finish = (callback: URL, transaction: Awaited<ReturnType<typeof start>>['transaction']) =>
  client.handleCallback(callback, transaction);

export async function use(tokens: TokenSet) {
  const refreshed = await client.refresh(tokens);
  const user = await client.userinfo(refreshed);
  await client.revoke(refreshed);
  return user;
}
