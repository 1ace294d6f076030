import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { type ResponseType, responseModes, responseTypes } from '../../src/protocol/index.js';
import { leftHalf, responseOf, responseTo, verifiedIdToken } from './support/responses.js';

const types = Object.keys(responseTypes) as ResponseType[];

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer();
});
afterAll(() => grantor.stop());

const registered = (metadata: Record<string, unknown> = {}) =>
  registerApp(grantor, {
    grant_types: ['authorization_code', 'refresh_token', 'implicit'],
    response_types: types,
    ...metadata,
  });

/** Without a code there is no verifier, and no challenge either. */
const withoutPkce = { code_challenge: undefined, code_challenge_method: undefined };

const request = (type: string, more: Record<string, string | undefined> = {}) => ({
  response_type: type,
  nonce: 'a nonce',
  state: 'a state',
  ...(type.includes('code') ? {} : withoutPkce),
  ...more,
});

const cases = types.flatMap((type) => responseModes.map((mode) => [type, mode] as const));

describe('response types and modes (OpenID Connect Core 1.0 §3, OAuth 2.0 Multiple Response Types)', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await registered();
  });

  it.each(cases)('"%s" by %s', async (type, mode) => {
    const parts = responseTypes[type];
    const response = await responseTo(app, request(type, { response_mode: mode }));
    const { parameters } = response;

    if (mode === 'query' && (parts.idToken || parts.accessToken)) {
      // Multiple Response Types §5: tokens never go into the query.
      expect(parameters.get('error')).toBe('invalid_request');
      expect(parameters.get('error_description')).toContain("'response_mode'");
      expect([...parameters.keys()]).not.toContain('code');
      return;
    }
    expect(response.mode).toBe(mode);
    expect(parameters.getAll('state')).toEqual(['a state']);
    expect(parameters.getAll('iss')).toEqual([grantor.issuer]);
    expect(parameters.has('code')).toBe(parts.code);
    expect(parameters.has('id_token')).toBe(parts.idToken);
    expect(parameters.has('access_token')).toBe(parts.accessToken);
    const code = parameters.get('code') ?? '';
    const accessToken = parameters.get('access_token') ?? '';

    if (parts.idToken) {
      const claims = await verifiedIdToken(app, parameters.get('id_token'));
      // §3.2.2.9, §3.3.2.11: what comes beside the ID token is bound to it; FAPI 1.0 part 2 §5.2.2 for s_hash.
      expect(claims).toMatchObject({ nonce: 'a nonce', s_hash: leftHalf('a state') });
      expect(claims.c_hash).toBe(parts.code ? leftHalf(code) : undefined);
      expect(claims.at_hash).toBe(parts.accessToken ? leftHalf(accessToken) : undefined);
    }
    if (parts.accessToken) {
      // §3.2.2.5, §3.3.2.5
      expect(parameters.get('token_type')).toBe('Bearer');
      expect(parameters.get('expires_in')).toBe('900');
      expect((await app.userinfo(accessToken)).status).toBe(200);
    }
    if (parts.code) {
      const exchanged = (await (await app.exchange(code)).json()) as TestTokens;
      const back = await verifiedIdToken(app, exchanged.id_token);
      expect(back).toMatchObject({ nonce: 'a nonce', at_hash: leftHalf(exchanged.access_token) });
    }
  });

  it.each(types.filter((type) => type !== 'code'))(
    'returns "%s" in the fragment if no mode is requested (Multiple Response Types §5)',
    async (type) => {
      expect((await responseTo(app, request(type))).mode).toBe('fragment');
    },
  );

  it.each(types)('accepts the values of "%s" in any order (Multiple Response Types §3)', async (type) => {
    const reversed = type.split(' ').toReversed().join(' ');
    const { parameters } = await responseTo(app, request(reversed));
    expect(parameters.has('error')).toBe(false);
  });

  it.each(types.filter((type) => responseTypes[type].idToken))(
    'refuses "%s" without a nonce (§3.2.2.1, §3.3.2.11): a replayed ID token',
    async (type) => {
      const response = await responseTo(app, request(type, { nonce: undefined }));
      expect(response.mode).toBe('fragment');
      expect(response.parameters.get('error')).toBe('invalid_request');
      expect(response.parameters.get('error_description')).toContain("'nonce'");
    },
  );

  it.each(['code', 'code token'])('needs no nonce for "%s" (§3.1.2.1)', async (type) => {
    const { parameters } = await responseTo(app, request(type, { nonce: undefined }));
    expect(parameters.has('code')).toBe(true);
  });

  it('"id_token" alone has the claims of its scopes, since the app has no access token (§5.4)', async () => {
    const { parameters } = await responseTo(app, request('id_token', { scope: 'openid email' }));
    const claims = await verifiedIdToken(app, parameters.get('id_token'));
    expect(claims).toMatchObject({ email: 'ada@example.com', email_verified: true });

    const both = await responseTo(app, request('id_token token', { scope: 'openid email' }));
    const lean = await verifiedIdToken(app, both.parameters.get('id_token'));
    expect(lean).not.toHaveProperty('email');
  });

  it('a code with an access token is spent once; its second use revokes that token too (RFC 6749 §4.1.2)', async () => {
    const { parameters } = await responseTo(app, request('code token'));
    const code = parameters.get('code') ?? '';
    const token = parameters.get('access_token') ?? '';
    expect((await app.exchange(code)).status).toBe(200);
    expect((await app.userinfo(token)).status).toBe(200);
    expect((await app.exchange(code)).status).toBe(400);
    expect((await app.userinfo(token)).status).toBe(401);
  });
});

describe('errors come in the response mode of the request (OAuth 2.0 Multiple Response Types §5)', () => {
  it.each([
    ['code', undefined, 'query'],
    ['code', 'fragment', 'fragment'],
    ['code', 'form_post', 'form_post'],
    ['id_token', undefined, 'fragment'],
    ['code id_token token', 'form_post', 'form_post'],
  ])('"%s" by %s returns login_required in the %s', async (type, mode, expected) => {
    const app = await registered();
    const page = await app.browser.open(
      app.authorizationUrl(request(type, { response_mode: mode, prompt: 'none' })),
    );
    const response = responseOf(page);
    expect(response.mode).toBe(expected);
    expect(response.parameters.get('error')).toBe('login_required');
    expect(response.parameters.get('state')).toBe('a state');
    expect(response.parameters.get('iss')).toBe(grantor.issuer);
  });
});

describe('each response type requires its registration (RFC 7591 §2)', () => {
  it.each(types.filter((type) => type !== 'code'))(
    '"%s" is refused to an app that is registered for all others: unexpected tokens in the authorization response',
    async (type) => {
      const app = await registered({ response_types: types.filter((other) => other !== type) });
      const { parameters } = await responseTo(app, request(type));
      expect(parameters.get('error')).toBe('unauthorized_client');
      expect(parameters.has('access_token')).toBe(false);
    },
  );

  it('"token" alone is no response type for any client (RFC 9700 §2.1.2)', async () => {
    const app = await registered();
    const { parameters } = await responseTo(app, request('token'));
    expect(parameters.get('error')).toBe('unsupported_response_type');
  });
});

describe('ID tokens of every algorithm', () => {
  it.each([
    ['ES256', 'sha256'],
    ['RS256', 'sha256'],
    ['PS256', 'sha256'],
    ['EdDSA', 'sha512'],
  ] as const)('%s hashes with %s (§3.1.3.6, RFC 8037 §3.1)', async (algorithm, hash) => {
    const app = await registered({ id_token_signed_response_alg: algorithm });
    const { parameters } = await responseTo(app, request('code id_token token'));
    const token = parameters.get('id_token') ?? '';
    expect(decodeProtectedHeader(token).alg).toBe(algorithm);
    expect(await verifiedIdToken(app, token)).toMatchObject({
      c_hash: leftHalf(parameters.get('code') ?? '', hash),
      at_hash: leftHalf(parameters.get('access_token') ?? '', hash),
      s_hash: leftHalf('a state', hash),
    });
  });
});

describe('opaque access tokens of the authorization response', () => {
  it('are stored, bound by at_hash, and end with their grant', async () => {
    const app = await registered({ access_token_format: 'opaque' });
    const { parameters } = await responseTo(app, request('id_token token'));
    const token = parameters.get('access_token') ?? '';
    expect(token).not.toContain('.');
    const claims = await verifiedIdToken(app, parameters.get('id_token'));
    expect(claims.at_hash).toBe(leftHalf(token));
    expect((await app.userinfo(token)).status).toBe(200);
    expect((await app.revoke(token)).status).toBe(200);
    expect((await app.userinfo(token)).status).toBe(401);
  });
});
