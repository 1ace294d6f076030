import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

/** Every character as %xx, which form encoding allows though it need not. */
const percentEncoded = (text: string) =>
  text.replaceAll(/./g, (character) => `%${character.charCodeAt(0).toString(16)}`);

describe('client authentication at the token endpoint (RFC 6749 §2.3)', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer();
    app = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());

  const inHeader = (code: string, headers: Record<string, string>) =>
    app.post(
      '/oauth2/token',
      {
        client_id: undefined,
        client_secret: undefined,
        grant_type: 'authorization_code',
        code,
        redirect_uri: app.redirectUri,
        code_verifier: app.verifier,
      },
      headers,
    );

  it('accepts client_secret_basic with the raw ID and secret', async () => {
    const response = await inHeader(await app.code(), basic(app.id, app.secret ?? ''));
    expect(response.status).toBe(200);
  });

  it('decodes both halves of client_secret_basic as a form does (RFC 6749 §2.3.1)', async () => {
    const response = await inHeader(
      await app.code(),
      basic(percentEncoded(app.id), percentEncoded(app.secret ?? '')),
    );
    expect(response.status).toBe(200);
  });

  it('accepts the scheme in any case, and base64 without padding (RFC 9110 §11.1)', async () => {
    const { authorization } = basic(app.id, app.secret ?? '');
    const response = await inHeader(await app.code(), {
      authorization: authorization.replace('Basic', 'bASIC').replace(/=+$/, ''),
    });
    expect(response.status).toBe(200);
  });

  it('accepts the same client_id in the body beside the header', async () => {
    const response = await app.exchange(await app.code(), { client_secret: undefined });
    expect(response.status).toBe(401);
    const both = await app.post(
      '/oauth2/token',
      {
        client_secret: undefined,
        grant_type: 'authorization_code',
        code: await app.code(),
        redirect_uri: app.redirectUri,
        code_verifier: app.verifier,
      },
      basic(app.id, app.secret ?? ''),
    );
    expect(both.status).toBe(200);
  });

  it('accepts client_secret_post', async () => {
    expect((await app.exchange(await app.code())).status).toBe(200);
  });

  it.each(['client_secret_basic', 'client_secret_post'])(
    'accepts either from a client that is registered for %s',
    async (method) => {
      const other = await registerApp(grantor, { token_endpoint_auth_method: method });
      expect((await other.exchange(await other.code())).status).toBe(200);
      const { refresh_token: refreshToken } = await other.tokens();
      const refreshed = await other.post(
        '/oauth2/token',
        {
          client_id: undefined,
          client_secret: undefined,
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
        },
        basic(other.id, other.secret ?? ''),
      );
      expect(refreshed.status).toBe(200);
    },
  );

  it('accepts a JSON body with the same parameters', async () => {
    const response = await fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        client_id: app.id,
        client_secret: app.secret,
        grant_type: 'authorization_code',
        code: await app.code(),
        redirect_uri: app.redirectUri,
        code_verifier: app.verifier,
      }),
    });
    expect(response.status).toBe(200);
  });

  it.each(['Bearer of-another-api', 'DPoP of-another-api', 'Negotiate YWJj'])(
    'ignores an Authorization header that is not Basic beside a secret in the body (RFC 6749 §2.3): %s',
    async (authorization) => {
      const body = { grant_type: 'authorization_code', redirect_uri: app.redirectUri };
      const response = await app.post(
        '/oauth2/token',
        { ...body, code: await app.code(), code_verifier: app.verifier },
        { authorization },
      );
      expect(response.status).toBe(200);
    },
  );

  it('ignores an Authorization header that is not Basic from a public client (RFC 6749 §3.2.1)', async () => {
    const publicApp = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    const { refresh_token: refreshToken } = await publicApp.tokens();
    const refreshed = await publicApp.post(
      '/oauth2/token',
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      { authorization: 'Bearer of-another-api' },
    );
    expect(refreshed.status).toBe(200);
  });

  it('accepts a JSON body beside client_secret_basic', async () => {
    const { refresh_token: refreshToken } = await app.tokens();
    const response = await fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basic(app.id, app.secret ?? '') },
      body: JSON.stringify({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    });
    expect(response.status).toBe(200);
  });

  it('lets a public client exchange its code with PKCE and no secret (RFC 7636 §4.5)', async () => {
    const publicApp = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    expect(publicApp.secret).toBeUndefined();
    const tokens = await publicApp.tokens();
    expect(tokens.refresh_token).toEqual(expect.any(String));
    expect((await publicApp.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('refuses a public client that sends a secret', async () => {
    const publicApp = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    const response = await publicApp.exchange(await publicApp.code(), { client_secret: 'made-up' });
    expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_client' });
  });

  it('responds to a failed header authentication with 401 and a Basic challenge (RFC 6749 §5.2)', async () => {
    const response = await inHeader(await app.code(), basic(app.id, 'wrong'));
    expect(response.headers.get('www-authenticate')).toBe(`Basic realm="${grantor.issuer}", charset="UTF-8"`);
    expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_client' });
  });

  it('refuses two methods in one request (RFC 6749 §2.3)', async () => {
    const response = await app.post(
      '/oauth2/token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      basic(app.id, app.secret ?? ''),
    );
    expect(await refusalOf(response)).toEqual({ status: 400, error: 'invalid_request' });
  });

  it('does not spend the code if client authentication fails', async () => {
    const code = await app.code();
    expect((await app.exchange(code, { client_secret: 'wrong' })).status).toBe(401);
    expect((await app.exchange(code)).status).toBe(200);
  });

  it('refuses a disabled client, and accepts it after it is enabled', async () => {
    const other = await registerApp(grantor);
    const { refresh_token: refreshToken } = await other.tokens();
    await grantor.api('PUT', `/clients/${other.id}`, { enabled: false });
    expect(await refusalOf(await other.refresh(refreshToken))).toEqual({
      status: 401,
      error: 'invalid_client',
    });
    await grantor.api('PUT', `/clients/${other.id}`, { enabled: true });
    // The client is authenticated again, and its earlier tokens stay revoked.
    expect(await refusalOf(await other.refresh(refreshToken))).toEqual({
      status: 400,
      error: 'invalid_grant',
    });
    expect(await other.tokens()).toMatchObject({ access_token: expect.any(String) });
  });
});
