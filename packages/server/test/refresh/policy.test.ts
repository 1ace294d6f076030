import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestTokens } from '../../../../test/kit/test-app.js';

const DAY = 86_400;
const invalidGrant = { status: 400, error: 'invalid_grant' };

describe.each(databases)('the lifetime of refresh tokens, on %s (RFC 9700 §4.14.2)', (database) => {
  let grantor: TestServer;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({
      database,
      clock: () => now,
      settings: {
        refreshTokenSeconds: 10 * DAY,
        refreshAbsoluteSeconds: 25 * DAY,
        sessionSeconds: 300 * DAY,
      },
    });
  });
  afterAll(() => grantor.stop());

  const body = async (response: Response) => (await response.json()) as TestTokens;

  it('ends a refresh token that was not used for its idle lifetime', async () => {
    const app = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens();
    now += 10 * DAY;
    expect(await refusalOf(await app.refresh(token))).toMatchObject(invalidGrant);
  });

  it('ends refreshing with the absolute lifetime of the grant, however often it is used', async () => {
    const app = await registerApp(grantor);
    let { refresh_token: token } = await app.tokens();
    for (const days of [9, 9]) {
      now += days * DAY;
      ({ refresh_token: token } = await body(await app.refresh(token)));
    }
    now += 6 * DAY;
    ({ refresh_token: token } = await body(await app.refresh(token)));
    now += 2 * DAY;
    expect(await refusalOf(await app.refresh(token))).toMatchObject(invalidGrant);
  });

  it('keeps the refresh token of a confidential client whose operator turned rotation off (RFC 6749 §6)', async () => {
    const app = await registerApp(grantor, { refresh_token_rotation: false, access_token_format: 'opaque' });
    const { refresh_token: token, access_token: first } = await app.tokens();
    now += 9 * DAY;
    const second = await body(await app.refresh(token));
    expect(second).not.toHaveProperty('refresh_token');
    expect(second.access_token).not.toBe(first);
    expect((await app.userinfo(second.access_token)).status).toBe(200);
    now += 9 * DAY;
    expect((await app.refresh(token)).status).toBe(200);
    now += 8 * DAY;
    expect(await refusalOf(await app.refresh(token))).toMatchObject(invalidGrant);
  });

  it('always rotates the refresh tokens of public clients (RFC 9700 §2.2.2)', async () => {
    const app = await registerApp(grantor, {
      refresh_token_rotation: false,
      token_endpoint_auth_method: 'none',
    });
    const { refresh_token: token } = await app.tokens();
    const { refresh_token: successor } = await body(await app.refresh(token));
    expect(successor).not.toBe(token);
    now += 60;
    expect(await refusalOf(await app.refresh(token))).toMatchObject(invalidGrant);
    expect(await refusalOf(await app.refresh(successor))).toMatchObject(invalidGrant);
  });

  it('ends a refresh token without rotation with its grant', async () => {
    const app = await registerApp(grantor, { refresh_token_rotation: false });
    const { refresh_token: token } = await app.tokens();
    expect((await app.revoke(token)).status).toBe(200);
    expect(await refusalOf(await app.refresh(token))).toMatchObject(invalidGrant);
  });

  it('ends refreshing when the consent is withdrawn', async () => {
    const app = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens();
    const { store } = grantor.server;
    const account = await store.accounts.findByLogin(grantor.user.username);
    await store.consents.withdraw(account?.id ?? '', app.id, now);
    expect(await refusalOf(await app.refresh(token))).toMatchObject(invalidGrant);
  });

  it('writes one audit event of a replay, with the grant and without the token (RFC 9700 §4.14.2)', async () => {
    const app = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens();
    await app.refresh(token);
    now += 31;
    await app.refresh(token);
    await app.refresh(token);
    const { items: events } = await grantor.server.store.audit.list(
      { limit: 10, after: null },
      { clientId: app.id, type: 'refresh_token_reused' },
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'refresh_token_reused', at: now, grantId: expect.any(String) });
    expect(JSON.stringify(events)).not.toContain(token);
  });
});
