import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { TestTokens } from '../../../../test/kit/test-app.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { purge } from '../../src/operations/purge.js';

const program = { redirectUris: [], grant_types: ['client_credentials'], scopes: ['files:read'] };

const ownToken = async (app: TestApp): Promise<string> =>
  (await bodyOf<TestTokens>(app.ownToken({ scope: 'files:read' }))).access_token;

describe.each(databases)('revocation of access tokens (RFC 7009 §2.1) on %s', (database) => {
  let grantor: TestServer;
  let passed = 0;
  const clock = () => Math.floor(Date.now() / 1000) + passed;
  beforeAll(async () => {
    grantor = await startServer({ database, clock });
  });
  afterAll(() => grantor.stop());

  it.each(['jwt', 'opaque'])('ends an own token of a client, and no other (%s)', async (format) => {
    const app = await registerApp(grantor, { ...program, access_token_format: format });
    const [revoked, other] = [await ownToken(app), await ownToken(app)];
    for (const time of ['the first time', 'again (§2.2)']) {
      const response = await app.revoke(revoked);
      expect(response.status, time).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual({});
    }
    expect(await app.isActive(revoked)).toBe(false);
    expect(await app.isActive(other)).toBe(true);
  });

  it.each(['jwt', 'opaque'])('does not end the token of another client (%s)', async (format) => {
    const app = await registerApp(grantor, { ...program, access_token_format: format });
    const stranger = await registerApp(grantor, program);
    const token = await ownToken(app);
    expect((await stranger.revoke(token)).status).toBe(200);
    expect(await app.isActive(token)).toBe(true);
  });

  it.each(['jwt', 'opaque'])('does not end the other tokens of a grant (%s)', async (format) => {
    const app = await registerApp(grantor, { access_token_format: format });
    const first = await app.tokens();
    const second = (await (await app.refresh(first.refresh_token)).json()) as typeof first;
    await app.revoke(first.access_token, { token_type_hint: 'access_token' });
    expect((await app.userinfo(first.access_token)).status).toBe(401);
    expect((await app.userinfo(second.access_token)).status).toBe(200);
    expect((await app.refresh(second.refresh_token)).status).toBe(200);
  });

  it('is stored until the token would have expired', async () => {
    const app = await registerApp(grantor, program);
    const token = await ownToken(app);
    await app.revoke(token);
    const { store } = grantor.server;
    const options = {
      store,
      clock,
      accessTokenSeconds: 900,
      refreshRetrySeconds: 30,
      unusedClientSeconds: 86_400,
      auditSeconds: 86_400,
    };
    await purge(options);
    expect(await app.isActive(token)).toBe(false);
    passed += 901;
    expect(await purge(options)).toBeGreaterThan(0);
    expect(await app.isActive(token)).toBe(false);
  });

  it('of a forged token with the ID of a grant ends nothing', async () => {
    const app = await registerApp(grantor);
    const { access_token: token } = await app.tokens();
    const [head, body] = token.split('.');
    expect((await app.revoke(`${head}.${body}.${'A'.repeat(86)}`)).status).toBe(200);
    expect((await app.userinfo(token)).status).toBe(200);
  });
});
