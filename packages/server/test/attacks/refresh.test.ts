import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AttackedServer,
  startAttackedServer,
  type Tokens,
} from '../bad-input/support/attacked-server.js';
import { expectOAuthError } from '../bad-input/support/refusals.js';
import { type Client, redirectUri } from '../bad-input/support/requests.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const refused = { error: 'invalid_grant', names: "'refresh_token'" };
const read = (reply: { body: string }) => JSON.parse(reply.body) as Tokens;

describe('a refresh token that comes a second time', () => {
  it('within the window gets the same response, byte for byte: a lost response is no theft', async () => {
    const { refresh_token } = await server.tokens(server.app);
    const first = await server.refresh(server.app, refresh_token);
    server.sleep(29);
    const second = await server.refresh(server.app, refresh_token);
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect((await server.userinfo(read(first).access_token)).status).toBe(200);
  });

  it('after the window ends the family, also with the newest token (RFC 9700 §4.14.2)', async () => {
    const { refresh_token, access_token } = await server.tokens(server.app);
    const next = read(await server.refresh(server.app, refresh_token));
    server.sleep(31);
    expectOAuthError(await server.refresh(server.app, refresh_token), refused);
    expectOAuthError(await server.refresh(server.app, next.refresh_token), refused);
    expect((await server.userinfo(access_token)).status).toBe(401);
    expect((await server.userinfo(next.access_token)).status).toBe(401);
  });

  it('at the same instant has one successor: check then act (CVE-2026-1035)', async () => {
    const { refresh_token } = await server.tokens(server.app);
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => server.refresh(server.app, refresh_token)),
    );
    expect(new Set(replies.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(200);
  });
});

describe('a stolen refresh token is useless', () => {
  it('at another app, and the attempt ends no family: revocation by others', async () => {
    const { refresh_token, access_token } = await server.tokens(server.app);
    for (const thief of [server.otherApp, server.publicApp]) {
      expectOAuthError(await server.refresh(thief, refresh_token), refused);
    }
    expect((await server.userinfo(access_token)).status).toBe(200);
    const next = read(await server.refresh(server.app, refresh_token));
    server.sleep(31);
    // Spent and beyond the window: its own app would end the family with it, another cannot.
    expectOAuthError(await server.refresh(server.otherApp, refresh_token), refused);
    expect((await server.refresh(server.app, next.refresh_token)).status).toBe(200);
  });

  it('without the secret of its app: refresh without authentication (GHSA-pw9m-5jxm-xr6h)', async () => {
    const { refresh_token } = await server.tokens(server.app);
    const reply = await server.token({
      grant_type: 'refresh_token',
      refresh_token,
      client_id: server.app.client_id,
    });
    expectOAuthError(reply, { error: 'invalid_client', names: 'credentials' });
    const anonymous = await server.token({ grant_type: 'refresh_token', refresh_token });
    expectOAuthError(anonymous, { error: 'invalid_client', names: "'client_id'" });
  });
});

describe('a refresh gives no more access than the grant has', () => {
  it('not more scopes than the user allowed: escalation (RFC 6749 §6)', async () => {
    const { refresh_token } = await server.tokens(server.app, { scope: 'openid files:read' });
    for (const scope of ['files:write', 'openid files:read files:write', 'profile']) {
      expectOAuthError(await server.refresh(server.app, refresh_token, scope), {
        error: 'invalid_scope',
        names: "'scope'",
      });
    }
    expect(read(await server.refresh(server.app, refresh_token)).scope).toBe('openid files:read');
  });

  it('no more scopes than the narrowed token has', async () => {
    const { refresh_token } = await server.tokens(server.app, { scope: 'openid files:read' });
    const narrow = read(await server.refresh(server.app, refresh_token, 'files:read'));
    expect(narrow.scope).toBe('files:read');
    expect((await server.userinfo(narrow.access_token)).status).toBe(403);
  });

  it('not a scope that the app has lost since (GHSA-895x-rfqp-jh5c)', async () => {
    const app = await register({ scopes: ['openid', 'files:read'] });
    const { refresh_token } = await server.tokens(app, { scope: 'openid files:read' });
    await server.grantor.api('PATCH', `/clients/${app.client_id}`, { scopes: ['openid'] });
    expectOAuthError(await server.refresh(app, refresh_token, 'files:read'), {
      error: 'invalid_scope',
      names: "'scope'",
    });
    expect(read(await server.refresh(app, refresh_token)).scope).toBe('openid');
  });

  it('nothing once the app has lost all scopes of the grant', async () => {
    const app = await register({ scopes: ['files:read'] });
    const { refresh_token } = await server.tokens(app, { scope: 'files:read' });
    await server.grantor.api('PATCH', `/clients/${app.client_id}`, { scopes: ['openid'] });
    expectOAuthError(await server.refresh(app, refresh_token), { error: 'invalid_scope', names: "'scope'" });
  });

  it('nothing once the app has lost the grant type', async () => {
    const app = await register({});
    const { refresh_token } = await server.tokens(app);
    await server.grantor.api('PATCH', `/clients/${app.client_id}`, { grant_types: ['authorization_code'] });
    expectOAuthError(await server.refresh(app, refresh_token), {
      error: 'unauthorized_client',
      names: 'grant type',
    });
  });

  it('nothing once the user revoked their consent', async () => {
    const app = await register({});
    const { refresh_token, access_token } = await server.tokens(app);
    const { store } = server.grantor.server;
    const account = await store.accounts.findByLogin(server.grantor.user.username);
    await store.consents.withdraw(account?.id ?? '', app.client_id, server.now());
    expectOAuthError(await server.refresh(app, refresh_token), refused);
    expect((await server.userinfo(access_token)).status).toBe(401);
  });

  it('nothing to a retry that comes after a revocation', async () => {
    const { refresh_token } = await server.tokens(server.app);
    const next = read(await server.refresh(server.app, refresh_token));
    await server.revoke(server.app, next.refresh_token);
    expectOAuthError(await server.refresh(server.app, refresh_token), refused);
  });
});

describe('a locked-out client stays locked out', () => {
  it('a disabled app gets no tokens, by code or by refresh (CVE-2026-7571)', async () => {
    const app = await register({});
    const { refresh_token, access_token } = await server.tokens(app);
    await server.grantor.api('PATCH', `/clients/${app.client_id}`, { enabled: false });
    expectOAuthError(await server.refresh(app, refresh_token), {
      error: 'invalid_client',
      names: 'disabled',
    });
    expect((await server.userinfo(access_token)).status).toBe(401);
  });
});

function register(metadata: Readonly<Record<string, unknown>>): Promise<Client> {
  return server.grantor.register({ redirectUris: [redirectUri], ...metadata });
}
