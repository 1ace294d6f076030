import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const invalidGrant = { status: 400, error: 'invalid_grant' };

describe('revocation (RFC 7009)', () => {
  let grantor: TestServer;
  let app: TestApp;
  let opaque: TestApp;
  beforeAll(async () => {
    grantor = await startServer();
    app = await registerApp(grantor);
    opaque = await registerApp(grantor, { access_token_format: 'opaque' });
  });
  afterAll(() => grantor.stop());

  it.each(['jwt', 'opaque'])(
    'of a refresh token ends its access tokens with it (§2.1, %s)',
    async (format) => {
      const revoking = format === 'jwt' ? app : opaque;
      const tokens = await revoking.tokens();

      const response = await revoking.revoke(tokens.refresh_token, { token_type_hint: 'refresh_token' });

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual({});
      expect(await refusalOf(await revoking.refresh(tokens.refresh_token))).toEqual(invalidGrant);
      expect((await revoking.userinfo(tokens.access_token)).status).toBe(401);
    },
  );

  it.each(['jwt', 'opaque'])(
    'of an access token does not end its refresh token (§2.1, %s)',
    async (format) => {
      const revoking = format === 'jwt' ? app : opaque;
      const tokens = await revoking.tokens();
      expect((await revoking.revoke(tokens.access_token, { token_type_hint: 'access_token' })).status).toBe(
        200,
      );
      expect((await revoking.userinfo(tokens.access_token)).status).toBe(401);
      expect((await revoking.refresh(tokens.refresh_token)).status).toBe(200);
    },
  );

  it('of a spent refresh token ends the family', async () => {
    const first = await app.tokens();
    const second = (await (await app.refresh(first.refresh_token)).json()) as typeof first;
    expect((await app.revoke(first.refresh_token)).status).toBe(200);
    expect(await refusalOf(await app.refresh(second.refresh_token))).toEqual(invalidGrant);
  });

  it('does not end other grants of the same user to the same app', async () => {
    const [one, other] = [await app.tokens(), await app.tokens()];
    await app.revoke(one.refresh_token);
    expect((await app.userinfo(other.access_token)).status).toBe(200);
  });

  it('a hint of the wrong or an unknown kind changes nothing (§2.1)', async () => {
    for (const hint of ['access_token', 'something_else']) {
      const tokens = await app.tokens();
      expect((await app.revoke(tokens.refresh_token, { token_type_hint: hint })).status).toBe(200);
      expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
    }
  });

  it('responds with 200 for an unknown or revoked token (§2.2)', async () => {
    expect((await app.revoke('unknown-token')).status).toBe(200);
    const tokens = await app.tokens();
    await app.revoke(tokens.refresh_token);
    expect((await app.revoke(tokens.refresh_token)).status).toBe(200);
    expect((await app.revoke(tokens.access_token)).status).toBe(200);
  });

  it('does not end tokens of another client (§2.1)', async () => {
    const tokens = await app.tokens();
    const referenced = await opaque.tokens();
    await opaque.revoke(tokens.refresh_token);
    await opaque.revoke(tokens.access_token);
    await app.revoke(referenced.access_token);
    expect((await app.userinfo(tokens.access_token)).status).toBe(200);
    expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await opaque.userinfo(referenced.access_token)).status).toBe(200);
  });

  it('requires client authentication; a public client sends its ID', async () => {
    const tokens = await app.tokens();
    expect(await refusalOf(await app.revoke(tokens.refresh_token, { client_secret: 'wrong' }))).toEqual({
      status: 401,
      error: 'invalid_client',
    });
    expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
    const publicApp = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    const own = await publicApp.tokens();
    expect((await publicApp.revoke(own.refresh_token)).status).toBe(200);
    expect((await publicApp.userinfo(own.access_token)).status).toBe(401);
  });

  it('responds under the prefix /auth too', async () => {
    const tokens = await app.tokens();
    expect((await app.post('/auth/revoke', { token: tokens.refresh_token })).status).toBe(200);
    expect((await app.userinfo(tokens.access_token)).status).toBe(401);
  });

  it('requires the parameter token', async () => {
    const response = await app.post('/oauth2/revoke', {});
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      error_description: "'token' is missing",
    });
  });
});
