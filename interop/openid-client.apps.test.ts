import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { codeRequest, openidClientApp, signIn } from './openid-client-app.js';

const files = 'https://files.example.com/';
const mail = 'https://mail.example.com/';

describe('openid-client, as an app with credentials', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { resources: [files, mail] } });
  });
  afterAll(() => grantor.stop());

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])(
    'authenticates at token, introspection and revocation endpoint with its key: private_key_jwt with %s',
    async (token_endpoint_auth_signing_alg) => {
      const { publicKey, privateKey } = await generateKeyPair(token_endpoint_auth_signing_alg);
      const config = await openidClientApp(
        grantor,
        {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg,
          jwks: { keys: [await exportJWK(publicKey)] },
        },
        () => oidc.PrivateKeyJwt(privateKey),
      );
      const tokens = await signIn(grantor, config);
      const { access_token } = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
      expect(await oidc.tokenIntrospection(config, access_token)).toMatchObject({ active: true });
      await oidc.tokenRevocation(config, access_token);
      expect(await oidc.tokenIntrospection(config, access_token)).toEqual({ active: false });
    },
  );

  it('authenticates by what it signs with its secret: client_secret_jwt', async () => {
    const config = await openidClientApp(
      grantor,
      { token_endpoint_auth_method: 'client_secret_jwt' },
      oidc.ClientSecretJwt,
    );
    const tokens = await signIn(grantor, config);
    expect(await oidc.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true });
  });

  it('gets a token of its own for one API, which that API asks about: client_credentials, introspection', async () => {
    const app = await openidClientApp(grantor, {
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
    });
    const api = await openidClientApp(grantor, {
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      protected_resources: [files],
    });
    const other = await openidClientApp(grantor, {
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      protected_resources: [mail],
    });
    const { access_token } = await oidc.clientCredentialsGrant(app, { scope: 'files:read', resource: files });

    expect(await oidc.tokenIntrospection(api, access_token)).toMatchObject({
      active: true,
      aud: files,
      scope: 'files:read',
      client_id: app.clientMetadata().client_id,
    });
    expect(await oidc.tokenIntrospection(other, access_token)).toEqual({ active: false });
  });

  it.each(['RS256', 'ES256'])(
    'verifies the signed response of introspection (RFC 9701): %s',
    async (introspection_signed_response_alg) => {
      const config = await openidClientApp(grantor, { introspection_signed_response_alg });
      const tokens = await signIn(grantor, config);
      expect(await oidc.tokenIntrospection(config, tokens.access_token)).toMatchObject({
        active: true,
        client_id: config.clientMetadata().client_id,
      });
    },
  );

  it('narrows a grant for two APIs to tokens for one each: resource indicators', async () => {
    const config = await openidClientApp(grantor, {});
    const first = await grantBoth(config);
    expect(decodeJwt(first.access_token).aud).toBe(files);

    const narrowed = await oidc.refreshTokenGrant(config, first.refresh_token ?? '', { resource: mail });
    expect(decodeJwt(narrowed.access_token).aud).toBe(mail);
    const again = await oidc.refreshTokenGrant(config, narrowed.refresh_token ?? '', { resource: files });
    expect(decodeJwt(again.access_token).aud).toBe(files);
  });

  /** Two values of one parameter, which the library takes as URLSearchParams. */
  async function grantBoth(config: oidc.Configuration) {
    const { parameters, checks } = await codeRequest();
    const query = new URLSearchParams(parameters);
    for (const resource of [files, mail]) query.append('resource', resource);
    const url = oidc.buildAuthorizationUrl(config, query);
    const callback = await connect(new HttpBrowser(), url.href, grantor.user);
    // RFC 8707 §2.2: one of several resources must be named.
    return oidc.authorizationCodeGrant(config, callback, checks, { resource: files });
  }
});
