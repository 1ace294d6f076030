import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, refusalOf, registerApp } from '../../../../test/kit/test-app.js';
import { rotate } from './support.js';

const metadata = {
  allow_pkce: true,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scopes: ['openid', 'offline_access', 'files:read'],
};
const withoutSecret: RequestParameters = { client_secret: undefined };

describe.each(databases)('an app with a secret and allow_pkce, on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const codeOf = async (changes: object = {}, request: RequestParameters = {}) => {
    const app = await registerApp(grantor, { ...metadata, ...changes });
    return { app, code: await app.code({ scope: 'openid offline_access', ...request }) };
  };

  it('exchanges a code without its secret if the verifier is valid, and gets no refresh token (RFC 7636 §4.6)', async () => {
    const { app, code } = await codeOf();
    const response = await app.exchange(code, withoutSecret);
    expect(response.status).toBe(200);
    const body = (await response.json()) as { access_token: string };
    expect(Object.keys(body)).toEqual(['access_token', 'token_type', 'expires_in', 'id_token', 'scope']);
    expect((await app.userinfo(body.access_token)).status).toBe(200);
  });

  it('gets a refresh token if it sends the secret', async () => {
    const { app, code } = await codeOf();
    const response = await app.exchange(code);
    expect(await response.json()).toMatchObject({ refresh_token: expect.any(String) });
  });

  it('spends the code: a second exchange revokes the tokens of the first (RFC 6749 §4.1.2)', async () => {
    const { app, code } = await codeOf();
    const { access_token: token } = (await (await app.exchange(code, withoutSecret)).json()) as {
      access_token: string;
    };
    expect((await app.exchange(code)).status).toBe(400);
    expect((await app.userinfo(token)).status).toBe(401);
  });

  it('must send a valid verifier', async () => {
    const { app, code } = await codeOf();
    const wrong = await app.exchange(code, { ...withoutSecret, code_verifier: 'a'.repeat(43) });
    expect(await refusalOf(wrong)).toEqual({ status: 400, error: 'invalid_grant' });
    for (const verifier of [undefined, '']) {
      const missing = await app.exchange(code, { ...withoutSecret, code_verifier: verifier });
      expect(await refusalOf(missing)).toEqual({ status: 401, error: 'invalid_client' });
    }
    expect((await app.exchange(code, withoutSecret)).status).toBe(200);
  });

  it('cannot exchange a code without a challenge, with any verifier (RFC 9700 §2.1.1)', async () => {
    const { app, code } = await codeOf({}, { code_challenge: undefined, code_challenge_method: undefined });
    const refused = await app.exchange(code, withoutSecret);
    expect(await refusalOf(refused)).toEqual({ status: 400, error: 'invalid_grant' });
    expect((await app.exchange(code, { code_verifier: undefined })).status).toBe(200);
  });

  it('is refused with a wrong secret and a valid verifier (RFC 6749 §2.3)', async () => {
    const { app, code } = await codeOf();
    const inBody = await app.exchange(code, { client_secret: 'wrong' });
    expect(await refusalOf(inBody)).toEqual({ status: 401, error: 'invalid_client' });
    const inHeader = await app.post(
      '/oauth2/token',
      {
        grant_type: 'authorization_code',
        code,
        code_verifier: app.verifier,
        client_id: undefined,
        client_secret: undefined,
      },
      basic(app.id, 'wrong'),
    );
    expect(await refusalOf(inHeader)).toEqual({ status: 401, error: 'invalid_client' });
  });

  it.each(['client_credentials', 'refresh_token', 'personal_access_token', 'unknown'])(
    'needs its secret for the grant type %s, also with a verifier',
    async (grantType) => {
      const { app, code } = await codeOf();
      const { refresh_token: token } = (await (await app.exchange(code)).json()) as {
        refresh_token: string;
      };
      const response = await app.post('/oauth2/token', {
        ...withoutSecret,
        grant_type: grantType,
        code: 'any',
        code_verifier: app.verifier,
        refresh_token: token,
        scope: 'openid',
      });
      expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_client' });
    },
  );

  it.each(['/oauth2/introspect', '/oauth2/revoke'])(
    'needs its secret at %s, also with the parameters of a token request (escalation)',
    async (path) => {
      const { app, code } = await codeOf();
      const { access_token: token } = (await (await app.exchange(code)).json()) as { access_token: string };
      const response = await app.post(path, {
        ...withoutSecret,
        token,
        grant_type: 'authorization_code',
        code: 'any',
        code_verifier: app.verifier,
      });
      expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_client' });
      expect((await app.userinfo(token)).status).toBe(200);
    },
  );

  it('cannot exchange the code of another app, and another app cannot exchange its code', async () => {
    const { app, code } = await codeOf();
    const other = await registerApp(grantor, metadata);
    const stolen = await other.exchange(code, { ...withoutSecret, code_verifier: app.verifier });
    expect(await refusalOf(stolen)).toEqual({ status: 400, error: 'invalid_grant' });
    expect((await app.exchange(code, withoutSecret)).status).toBe(200);
  });

  it('keeps working during a rotation of the secret with an overlap', async () => {
    const { app, code } = await codeOf();
    const rotated = await rotate(grantor, app.id, { overlap_seconds: 60 });
    expect((await app.exchange(code, withoutSecret)).status).toBe(200);
    const renewed = app.with({ secret: rotated.client_secret });
    expect((await renewed.exchange(await renewed.code())).status).toBe(200);
  });

  it('is refused when allow_pkce is turned off, or the app is disabled', async () => {
    const taken = await codeOf();
    await grantor.api('PATCH', `/clients/${taken.app.id}`, { allow_pkce: false });
    const disabled = await codeOf();
    await grantor.api('PATCH', `/clients/${disabled.app.id}`, { enabled: false });
    for (const { app, code } of [taken, disabled]) {
      const refused = await app.exchange(code, withoutSecret);
      expect(await refusalOf(refused)).toEqual({ status: 401, error: 'invalid_client' });
    }
  });

  it('is required: an app without allow_pkce needs its secret', async () => {
    const { app, code } = await codeOf({ allow_pkce: undefined });
    const refused = await app.exchange(code, withoutSecret);
    expect(await refusalOf(refused)).toEqual({ status: 401, error: 'invalid_client' });
  });

  it('has no effect for an app that signs assertions', async () => {
    for (const token_endpoint_auth_method of ['client_secret_jwt', 'private_key_jwt']) {
      const app = await registerApp(grantor, {
        ...metadata,
        allow_pkce: undefined,
        token_endpoint_auth_method,
        ...(token_endpoint_auth_method === 'private_key_jwt'
          ? { jwks_uri: 'https://app.example.com/jwks' }
          : {}),
      });
      await grantor.server.store.clients.update(app.id, ({ metadata: current }) => ({
        metadata: { ...current, allow_pkce: true },
        updatedAt: 1,
      }));
      const refused = await app.exchange(await app.code(), withoutSecret);
      expect(await refusalOf(refused)).toEqual({ status: 401, error: 'invalid_client' });
    }
  });
});
