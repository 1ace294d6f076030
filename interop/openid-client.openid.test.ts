import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { redirectUri } from './apps.js';
import { formPostTo } from './form-post.js';
import { codeRequest, openidClientApp, signIn } from './openid-client-app.js';

describe('openid-client, as a relying party of OpenID Connect', () => {
  let grantor: TestServer;
  let website: Server;
  let host: string;
  /** What the app publishes on its website, by path. */
  const published = new Map<string, string>();
  beforeAll(async () => {
    website = createServer((request, response) => {
      const document = published.get(request.url ?? '');
      response.writeHead(document === undefined ? 404 : 200).end(document);
    });
    await new Promise<void>((resolve) => website.listen(0, 'localhost', resolve));
    host = `localhost:${(website.address() as AddressInfo).port}`;
    grantor = await startServer({ settings: { registration: 'open', outboundHosts: [host] } });
  });
  afterAll(async () => {
    await grantor.stop();
    website.closeAllConnections();
    await new Promise((resolve) => website.close(resolve));
  });

  it('reads a hybrid response that the browser posts: "code id_token" with form_post', async () => {
    const config = await openidClientApp(grantor, { response_types: ['code', 'code id_token'] });
    oidc.useCodeIdTokenResponseType(config);
    const { parameters, checks } = await codeRequest({ response_mode: 'form_post' });
    const url = oidc.buildAuthorizationUrl(config, parameters);
    const posted = await formPostTo(new HttpBrowser(), url.href, grantor.user);

    const tokens = await oidc.authorizationCodeGrant(config, posted, checks);

    expect(tokens.claims()?.nonce).toBe(checks.expectedNonce);
  });

  it.each(['fragment', 'form_post'])(
    'reads an ID token from the authorization endpoint, for an old app: id_token by %s',
    async (response_mode) => {
      const config = await openidClientApp(grantor, {
        grant_types: ['implicit'],
        response_types: ['id_token'],
      });
      oidc.useIdTokenResponseType(config);
      const nonce = oidc.randomNonce();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid',
        nonce,
        response_mode,
      });
      const answer =
        response_mode === 'form_post'
          ? await formPostTo(new HttpBrowser(), url.href, grantor.user)
          : await connect(new HttpBrowser(), url.href, grantor.user);
      expect(await oidc.implicitAuthentication(config, answer, nonce)).toMatchObject({ nonce });
    },
  );

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])(
    'asks by a request object that it signs with %s',
    async (request_object_signing_alg) => {
      const { publicKey, privateKey } = await generateKeyPair(request_object_signing_alg);
      const jwks = { keys: [await exportJWK(publicKey)] };
      const config = await openidClientApp(grantor, { request_object_signing_alg, jwks });
      const { parameters, checks } = await codeRequest();
      const url = await oidc.buildAuthorizationUrlWithJAR(config, parameters, privateKey);
      const callback = await connect(new HttpBrowser(), url.href, grantor.user);
      const tokens = await oidc.authorizationCodeGrant(config, callback, checks);
      expect(tokens.claims()?.nonce).toBe(checks.expectedNonce);
    },
  );

  it('asks by a request object on its website, signed with the keys that it publishes there', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    published.set('/jwks', JSON.stringify({ keys: [await exportJWK(publicKey)] }));
    const config = await openidClientApp(grantor, {
      jwks_uri: `http://${host}/jwks`,
      request_uris: [`http://${host}/request`],
    });
    const { parameters, checks } = await codeRequest();
    const signed = await oidc.buildAuthorizationUrlWithJAR(config, parameters, privateKey);
    published.set('/request', signed.searchParams.get('request') ?? '');
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid',
      request_uri: `http://${host}/request`,
    });
    const callback = await connect(new HttpBrowser(), url.href, grantor.user);
    const tokens = await oidc.authorizationCodeGrant(config, callback, checks);
    expect(tokens.claims()?.nonce).toBe(checks.expectedNonce);
  });

  it.each([
    ['RSA-OAEP-256', 'A128CBC-HS256'],
    ['RSA-OAEP', 'A256GCM'],
    ['ECDH-ES', 'A128GCM'],
    ['ECDH-ES+A256KW', 'A256CBC-HS512'],
  ])('decrypts ID token and userinfo: %s with %s', async (alg, enc) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const key = { ...(await exportJWK(publicKey)), kid: 'encryption', use: 'enc', alg };
    const config = await openidClientApp(grantor, {
      jwks: { keys: [key] },
      id_token_encrypted_response_alg: alg,
      id_token_encrypted_response_enc: enc,
      userinfo_signed_response_alg: 'ES256',
      userinfo_encrypted_response_alg: alg,
      userinfo_encrypted_response_enc: enc,
    });
    oidc.enableDecryptingResponses(config, [enc], { key: privateKey, alg, kid: 'encryption' });

    const tokens = await signIn(grantor, config);

    expect(tokens.id_token?.split('.')).toHaveLength(5);
    const sub = tokens.claims()?.sub ?? '';
    expect(await oidc.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({
      sub,
      name: 'Ada Lovelace',
    });
  });

  it('signs the user out and gets the browser back: RP-initiated logout', async () => {
    const goodbye = 'https://app.example.com/goodbye';
    const config = await openidClientApp(grantor, { post_logout_redirect_uris: [goodbye] });
    const browser = new HttpBrowser();
    const tokens = await signIn(grantor, config, {}, browser);
    const state = oidc.randomState();
    const url = oidc.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: goodbye,
      state,
    });

    const { left } = await browser.open(url.href);
    expect(left?.href).toBe(`${goodbye}?state=${state}`);
    const { parameters, checks } = await codeRequest({ prompt: 'none' });
    const again = await browser.open(oidc.buildAuthorizationUrl(config, parameters).href);
    await expect(
      oidc.authorizationCodeGrant(config, again.left ?? new URL(redirectUri), checks),
    ).rejects.toMatchObject({ error: 'login_required' });
  });

  it('registers itself, and then signs the user in: dynamic registration', async () => {
    const config = await oidc.dynamicClientRegistration(
      new URL(grantor.issuer),
      { client_name: 'openid-client', redirect_uris: [redirectUri], id_token_signed_response_alg: 'PS256' },
      undefined,
      { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
    );
    const tokens = await signIn(grantor, config);
    expect(tokens.claims()?.aud).toBe(config.clientMetadata().client_id);
  });

  it('registers itself with an initial access token, if it supports one', async () => {
    const guarded = await startServer({ settings: { registration: 'token' } });
    try {
      const register = (initialAccessToken?: string) =>
        oidc.dynamicClientRegistration(
          new URL(guarded.issuer),
          { redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_basic' },
          undefined,
          {
            execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
            ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
          },
        );
      await expect(register()).rejects.toThrow();
      const made = await guarded.api('POST', '/registration-tokens', { name: 'CI', uses: 1 });
      const { token } = (await made.json()) as { token: string };
      const config = await register(token);
      expect((await signIn(guarded, config)).claims()?.iss).toBe(guarded.issuer);
    } finally {
      await guarded.stop();
    }
  });
});
