import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { type AppMetadata, apps, redirectUri, registerInteropApp } from './apps.js';

describe('openid-client', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  async function configure(metadata: AppMetadata) {
    const app = await registerInteropApp(grantor, metadata);
    const authentication = {
      client_secret_basic: oidc.ClientSecretBasic,
      client_secret_post: oidc.ClientSecretPost,
      none: oidc.None,
    }[app.method];
    const config = await oidc.discovery(
      new URL(grantor.issuer),
      app.client_id,
      { id_token_signed_response_alg: app.algorithm },
      authentication(app.client_secret),
      { execute: [oidc.allowInsecureRequests] },
    );
    // Without this it trusts TLS in place of the signature, and there is no TLS here.
    oidc.enableNonRepudiationChecks(config);
    return config;
  }

  it.each(apps)(
    'completes discovery, code and PKCE, ID token, refresh, userinfo and revocation: %s',
    async (_, metadata) => {
      const config = await configure(metadata);
      expect(config.serverMetadata().issuer).toBe(grantor.issuer);
      expect(config.serverMetadata().supportsPKCE()).toBe(true);

      const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
      const expectedState = oidc.randomState();
      const expectedNonce = oidc.randomNonce();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        max_age: '3600',
      });
      const callback = await connect(new HttpBrowser(), url.href, grantor.user);

      const tokens = await oidc.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier,
        expectedState,
        expectedNonce,
        maxAge: 3600,
        idTokenExpected: true,
      });
      const sub = tokens.claims()?.sub ?? '';
      expect(tokens.claims()).toMatchObject({ iss: grantor.issuer, nonce: expectedNonce });
      expect(tokens.expiresIn()).toBeGreaterThan(800);
      expect(await oidc.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({
        sub,
        name: 'Ada Lovelace',
        email: 'ada@example.com',
      });

      const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
      expect(refreshed.claims()?.sub).toBe(sub);
      expect(await oidc.fetchUserInfo(config, refreshed.access_token, sub)).toMatchObject({ sub });

      await oidc.tokenRevocation(config, refreshed.refresh_token ?? '', { token_type_hint: 'refresh_token' });
      await expect(oidc.fetchUserInfo(config, refreshed.access_token, sub)).rejects.toMatchObject({
        code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
      });
      await expect(oidc.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    },
  );

  it.each(['ES256', 'RS256'])(
    'completes the hybrid flow "code id_token" with %s, hashes checked',
    async (algorithm) => {
      const app = await grantor.register({
        redirectUris: [redirectUri],
        response_types: ['code', 'code id_token'],
        id_token_signed_response_alg: algorithm,
      });
      const config = await oidc.discovery(
        new URL(grantor.issuer),
        app.client_id,
        { client_secret: app.client_secret, id_token_signed_response_alg: algorithm },
        undefined,
        { execute: [oidc.allowInsecureRequests, oidc.useCodeIdTokenResponseType] },
      );
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
      const expectedNonce = oidc.randomNonce();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid',
        nonce: expectedNonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      const callback = await connect(new HttpBrowser(), url.href, grantor.user);

      const tokens = await oidc.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedNonce });

      expect(tokens.claims()?.nonce).toBe(expectedNonce);
    },
  );

  it('reads a refusal of the user as an error of the authorization response', async () => {
    const config = await configure({});
    const expectedState = oidc.randomState();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid',
      state: expectedState,
    });
    const browser = new HttpBrowser();
    const { username, password } = grantor.user;
    const consent = await browser.signIn(await browser.open(url.href), { username, password });
    const { left } = await browser.submit(consent, 'deny');

    await expect(
      oidc.authorizationCodeGrant(config, left ?? new URL(redirectUri), { expectedState }),
    ).rejects.toMatchObject({ error: 'access_denied' });
  });
});
