import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { apps, redirectUri, registerInteropApp } from './apps.js';
import { authenticationOf, codeRequest, insecure } from './oauth4webapi-app.js';

describe('oauth4webapi', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  async function discover(algorithm: 'oidc' | 'oauth2' = 'oidc') {
    const issuer = new URL(grantor.issuer);
    const response = await oauth.discoveryRequest(issuer, { algorithm, ...insecure });
    return oauth.processDiscoveryResponse(issuer, response);
  }

  it('discovers the server by both documents', async () => {
    expect(await discover('oauth2')).toEqual(await discover('oidc'));
  });

  it.each(apps)(
    'completes discovery, code and PKCE, ID token, refresh, userinfo and revocation: %s',
    async (_, metadata) => {
      const app = await registerInteropApp(grantor, metadata);
      const as = await discover();
      const client: oauth.Client = {
        client_id: app.client_id,
        id_token_signed_response_alg: app.algorithm,
        require_auth_time: true,
      };
      const authentication = authenticationOf(app.method, app.client_secret ?? '');

      const { query, verifier, state, nonce } = await codeRequest(client);
      const url = new URL(as.authorization_endpoint ?? '');
      url.search = new URLSearchParams(query).toString();
      const callback = await connect(new HttpBrowser(), url.href, grantor.user);
      const parameters = oauth.validateAuthResponse(as, client, callback, state);

      const exchanged = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        authentication,
        parameters,
        redirectUri,
        verifier,
        insecure,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, exchanged, {
        expectedNonce: nonce,
        requireIdToken: true,
      });
      await oauth.validateApplicationLevelSignature(as, exchanged, insecure);
      const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '';

      const userinfo = async (token: string) => {
        const response = await oauth.userInfoRequest(as, client, token, insecure);
        return oauth.processUserInfoResponse(as, client, sub, response);
      };
      expect(await userinfo(tokens.access_token)).toEqual({
        sub,
        email: 'ada@example.com',
        email_verified: true,
      });

      const refreshed = await oauth.processRefreshTokenResponse(
        as,
        client,
        await oauth.refreshTokenGrantRequest(
          as,
          client,
          authentication,
          tokens.refresh_token ?? '',
          insecure,
        ),
      );
      expect(oauth.getValidatedIdTokenClaims(refreshed)?.sub).toBe(sub);
      expect(await userinfo(refreshed.access_token)).toMatchObject({ sub });

      await oauth.processRevocationResponse(
        await oauth.revocationRequest(as, client, authentication, refreshed.refresh_token ?? '', insecure),
      );
      await expect(userinfo(refreshed.access_token)).rejects.toThrow(oauth.WWWAuthenticateChallengeError);
    },
  );

  it('accepts an access token of RFC 9068 in front of an API', async () => {
    const app = await registerInteropApp(grantor, {});
    const as = await discover();
    const verifier = oauth.generateRandomCodeVerifier();
    const query = new URLSearchParams({
      client_id: app.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'files:read',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const callback = await connect(
      new HttpBrowser(),
      `${as.authorization_endpoint ?? ''}?${query.toString()}`,
      grantor.user,
    );
    const client = { client_id: app.client_id };
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authenticationOf(app.method, app.client_secret ?? ''),
      oauth.validateAuthResponse(as, client, callback),
      redirectUri,
      verifier,
      insecure,
    );
    const { access_token: token } = await oauth.processAuthorizationCodeResponse(as, client, response);
    const call = new Request('https://api.example.com/files', {
      headers: { authorization: `Bearer ${token}` },
    });

    const claims = await oauth.validateJwtAccessToken(as, call, grantor.issuer, insecure);

    expect(claims).toMatchObject({ client_id: app.client_id, scope: 'files:read' });
  });
});
