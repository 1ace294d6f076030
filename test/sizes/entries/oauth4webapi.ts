import * as oauth from 'oauth4webapi';

const issuer = new URL('https://as.example');
const client: oauth.Client = { client_id: 'app-1' };
const authentication = oauth.ClientSecretBasic('secret');
const redirectUri = 'https://app.example/callback';

const discover = async () => oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));

export async function start() {
  const as = await discover();
  const transaction = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const url = new URL(as.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await oauth.calculatePKCECodeChallenge(transaction.verifier),
    code_challenge_method: 'S256',
    state: transaction.state,
    nonce: transaction.nonce,
  }).toString();
  return { url, transaction };
}

export async function finish(
  callback: URL,
  { state, nonce, verifier }: Awaited<ReturnType<typeof start>>['transaction'],
) {
  const as = await discover();
  const parameters = oauth.validateAuthResponse(as, client, callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    parameters,
    redirectUri,
    verifier,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(as, response);
  return tokens;
}

export async function use(refreshToken: string, sub: string) {
  const as = await discover();
  const response = await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken);
  const tokens = await oauth.processRefreshTokenResponse(as, client, response);
  const userinfo = await oauth.userInfoRequest(as, client, tokens.access_token);
  const user = await oauth.processUserInfoResponse(as, client, sub, userinfo);
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, authentication, tokens.refresh_token ?? refreshToken),
  );
  return user;
}
