import { compactDecrypt, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { redirectUri } from './apps.js';
import { formPostTo } from './form-post.js';
import { codeRequest, insecure } from './oauth4webapi-app.js';

const files = 'https://files.example.com/';

describe('oauth4webapi, with what makes a complete provider', () => {
  let grantor: TestServer;
  let as: oauth.AuthorizationServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { registration: 'open', resources: [files] } });
    const issuer = new URL(grantor.issuer);
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  });
  afterAll(() => grantor.stop());

  const urlOf = (query: Readonly<Record<string, string>>) =>
    `${as.authorization_endpoint ?? ''}?${new URLSearchParams(query).toString()}`;

  /** Exchanges a code for tokens with a checked ID token. */
  async function exchange(
    client: oauth.Client,
    authentication: oauth.ClientAuth,
    callback: URLSearchParams,
    { verifier, nonce }: { readonly verifier: string; readonly nonce: string },
    options: oauth.JWEDecryptOptions = {},
  ) {
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      callback,
      redirectUri,
      verifier,
      insecure,
    );
    const checks = { expectedNonce: nonce, requireIdToken: true, ...options };
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, checks);
    await oauth.validateApplicationLevelSignature(as, response, insecure);
    return tokens;
  }

  it.each(['none', 'client_secret_basic', 'client_secret_post'] as const)(
    'registers itself, and then signs the user in: %s (RFC 7591 §3.1)',
    async (token_endpoint_auth_method) => {
      const request = oauth.dynamicClientRegistrationRequest(
        as,
        { client_name: 'oauth4webapi', redirect_uris: [redirectUri], token_endpoint_auth_method },
        insecure,
      );
      const client = await oauth.processDynamicClientRegistrationResponse(await request);
      expect(client).toMatchObject({ token_endpoint_auth_method, id_token_signed_response_alg: 'RS256' });
      const asked = await codeRequest(client);
      const callback = await connect(new HttpBrowser(), urlOf(asked.query), grantor.user);
      const secret = typeof client.client_secret === 'string' ? client.client_secret : '';
      const authentication = {
        none: oauth.None,
        client_secret_basic: oauth.ClientSecretBasic,
        client_secret_post: oauth.ClientSecretPost,
      }[token_endpoint_auth_method](secret);
      const parameters = oauth.validateAuthResponse(as, client, callback, asked.state);
      const tokens = await exchange(client, authentication, parameters, asked);
      expect(oauth.getValidatedIdTokenClaims(tokens)?.aud).toBe(client.client_id);
    },
  );

  it.each(['fragment', 'form_post'])(
    'checks nonce, c_hash and s_hash of a hybrid response: "code id_token" by %s',
    async (response_mode) => {
      const { client_id, client_secret } = await grantor.register({
        redirectUris: [redirectUri],
        response_types: ['code', 'code id_token'],
      });
      const client: oauth.Client = { client_id };
      const asked = await codeRequest(client, { response_type: 'code id_token', response_mode });
      const answer =
        response_mode === 'form_post'
          ? await formPostTo(new HttpBrowser(), urlOf(asked.query), grantor.user)
          : await connect(new HttpBrowser(), urlOf(asked.query), grantor.user);
      // The detached signature of FAPI 1.0 has an s_hash beside the members of OpenID Connect Core 1.0 §3.3.2.11.
      const parameters = await oauth.validateDetachedSignatureResponse(
        as,
        client,
        answer,
        asked.nonce,
        asked.state,
        undefined,
        insecure,
      );
      const tokens = await exchange(client, oauth.ClientSecretBasic(client_secret), parameters, asked);
      expect(oauth.getValidatedIdTokenClaims(tokens)?.nonce).toBe(asked.nonce);
    },
  );

  it('asks by a signed request object and authenticates with the same key', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const { client_id } = await grantor.register({
      redirectUris: [redirectUri],
      token_endpoint_auth_method: 'private_key_jwt',
      request_object_signing_alg: 'ES256',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'mine' }] },
    });
    const client: oauth.Client = { client_id };
    const key = { key: privateKey, kid: 'mine' };
    const asked = await codeRequest(client);
    const request = await oauth.issueRequestObject(as, client, asked.query, key);
    const callback = await connect(new HttpBrowser(), urlOf({ client_id, request }), grantor.user);
    const parameters = oauth.validateAuthResponse(as, client, callback, asked.state);
    const tokens = await exchange(client, oauth.PrivateKeyJwt(key), parameters, asked);
    expect(oauth.getValidatedIdTokenClaims(tokens)?.nonce).toBe(asked.nonce);
  });

  it('decrypts ID token and userinfo', async () => {
    const alg = 'ECDH-ES+A128KW';
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const { client_id, client_secret } = await grantor.register({
      redirectUris: [redirectUri],
      jwks: { keys: [{ ...(await exportJWK(publicKey)), use: 'enc', alg }] },
      id_token_encrypted_response_alg: alg,
      userinfo_signed_response_alg: 'ES256',
      userinfo_encrypted_response_alg: alg,
    });
    const client: oauth.Client = {
      client_id,
      userinfo_signed_response_alg: 'ES256',
    };
    const decrypt: oauth.JweDecryptFunction = async (jwe) =>
      new TextDecoder().decode((await compactDecrypt(jwe, privateKey)).plaintext);
    const options = { [oauth.jweDecrypt]: decrypt };
    const asked = await codeRequest(client);
    const callback = await connect(new HttpBrowser(), urlOf(asked.query), grantor.user);
    const parameters = oauth.validateAuthResponse(as, client, callback, asked.state);
    const authentication = oauth.ClientSecretBasic(client_secret);
    const tokens = await exchange(client, authentication, parameters, asked, options);
    const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '';
    const answer = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    expect(await oauth.processUserInfoResponse(as, client, sub, answer, options)).toMatchObject({
      sub,
      email: 'ada@example.com',
    });
  });

  it('gets a token for one API, which verifies it, and reads its introspection as JSON and as JWT', async () => {
    const { client_id, client_secret } = await grantor.register({
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
    const client: oauth.Client = { client_id };
    const authentication = oauth.ClientSecretJwt(client_secret);
    const parameters = { scope: 'files:read', resource: files };
    const { access_token } = await oauth.processClientCredentialsResponse(
      as,
      client,
      await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure),
    );
    expect(decodeJwt(access_token).aud).toBe(files);
    const call = new Request(files, { headers: { authorization: `Bearer ${access_token}` } });
    expect(await oauth.validateJwtAccessToken(as, call, files, insecure)).toMatchObject({ client_id });

    for (const requestJwtResponse of [false, true]) {
      const response = await oauth.introspectionRequest(as, client, authentication, access_token, {
        requestJwtResponse,
        ...insecure,
      });
      const known = await oauth.processIntrospectionResponse(as, client, response);
      expect(known).toMatchObject({ active: true, aud: files, client_id });
      if (requestJwtResponse) await oauth.validateApplicationLevelSignature(as, response, insecure);
    }
  });
});
