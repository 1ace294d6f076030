import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

describe('seed 001: the request sequence that its samples share', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it('initiates the flow, handles the callback, gets a token for the user, and calls an API with it', async () => {
    const app = await registerApp(grantor, { redirectUris: ['http://localhost:3000/callback'] });
    const code = await app.code({
      scope: 'openid accounts.self:read',
      code_challenge: undefined,
      code_challenge_method: undefined,
    });

    const response = await app.exchange(code, { code_verifier: undefined });

    expect(response.status).toBe(200);
    const { access_token: accessToken } = (await response.json()) as { access_token: string };
    expect((await app.userinfo(accessToken)).status).toBe(200);
    // The published samples find the API's address in the token: `aud` is one plain string without a final slash.
    const payload = JSON.parse(
      Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString(),
    ) as Record<string, unknown>;
    expect(payload.aud).toBe(grantor.issuer);
  });

  it('refuses a redirect URI that is not exactly the registered one ("Configuration")', async () => {
    const app = await registerApp(grantor, { redirectUris: ['http://localhost:3000/callback'] });

    const page = await app.browser.open(
      app.authorizationUrl({ redirect_uri: 'http://localhost:3000/callback/' }),
    );

    expect(page.left).toBeUndefined();
    expect(page.status).toBe(400);
    expect(page.html).toContain('redirect_uri');
  });
});
