import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { leftHalf } from '../openid-connect-core/support/responses.js';

const refused = async (from: TestApp, parameters: Record<string, string | undefined>) => {
  const { left } = await from.browser.open(
    from.authorizationUrl({ response_type: 'code id_token', nonce: 'a nonce', ...parameters }),
  );
  return new URLSearchParams(left?.hash.slice(1));
};

describe('response_type "code id_token" (OpenID Connect Core 1.0 §3.3)', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer();
    app = await registerApp(grantor, { response_types: ['code', 'code id_token'] });
  });
  afterAll(() => grantor.stop());

  it.each(['code id_token', 'id_token code'])(
    'as "%s": code and ID token come in the fragment, bound by nonce and c_hash (§3.3.2.11)',
    async (words) => {
      const callback = await app.authorize({ response_type: words, nonce: 'a nonce', state: 'a state' });

      expect(callback.search).toBe('');
      const response = new URLSearchParams(callback.hash.slice(1));
      expect(response.get('state')).toBe('a state');
      expect(response.get('iss')).toBe(grantor.issuer);
      const code = response.get('code') ?? '';
      const keys = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
      const front = await jwtVerify(response.get('id_token') ?? '', keys, {
        issuer: grantor.issuer,
        audience: app.id,
      });
      expect(front.payload).toMatchObject({ nonce: 'a nonce', c_hash: leftHalf(code) });
      expect(front.payload).not.toHaveProperty('at_hash');

      const tokens = (await (await app.exchange(code)).json()) as TestTokens;
      const back = await jwtVerify(tokens.id_token, keys, { issuer: grantor.issuer, audience: app.id });
      // §3.3.3.6: both speak of the same user.
      expect(back.payload.sub).toBe(front.payload.sub);
      expect(back.payload).toMatchObject({ nonce: 'a nonce', at_hash: leftHalf(tokens.access_token) });
    },
  );

  it('a nonce is required (§3.3.2.11)', async () => {
    const response = await refused(app, { nonce: undefined });
    expect(response.get('error')).toBe('invalid_request');
    expect(response.get('error_description')).toContain("'nonce'");
  });

  it('openid is required among the scopes', async () => {
    expect((await refused(app, { scope: 'files:read' })).get('error')).toBe('invalid_scope');
    expect((await refused(app, { scope: undefined })).get('error')).toBe('invalid_scope');
  });

  it('requires that the app is registered for it', async () => {
    const other = await registerApp(grantor);
    expect((await refused(other, {})).get('error')).toBe('unauthorized_client');
  });

  it('the response is never in the query (OAuth 2.0 Multiple Response Types §5)', async () => {
    const { left } = await app.browser.open(
      app.authorizationUrl({ response_type: 'code id_token', nonce: 'a nonce', response_mode: 'query' }),
    );
    expect(left?.searchParams.get('error')).toBe('invalid_request');
    expect(left?.searchParams.has('code')).toBe(false);
  });
});
