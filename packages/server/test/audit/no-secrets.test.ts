import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { newestEvents } from '../../../../test/kit/audit-events.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { sha256 } from '../../src/crypto/hash.js';
import type { Repeat } from '../../src/timers/timers.js';
import { manage, register, registered, sendable } from '../registration/support.js';

describe.each(databases)('the audit trail on %s', (database) => {
  let grantor: TestServer;
  const repeated: (() => Promise<void>)[] = [];
  const repeat: Repeat = (_seconds, task) => {
    repeated.push(task);
    return async () => {};
  };
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { registration: 'open' }, repeat });
  });
  afterAll(() => grantor.stop());

  it('has no password, secret, token, code, key or hash', async () => {
    const { issuer, server } = grantor;
    const secrets: (string | null | undefined)[] = [grantor.apiKey, grantor.user.password];
    const admin = await addCaller(grantor, { isAdmin: true });
    secrets.push(admin.key);

    const app = await registerApp(grantor, { scopes: ['openid', 'files:read', 'offline_access'] });
    const code = await app.code({ scope: 'openid files:read offline_access' });
    const tokens = (await (await app.exchange(code)).json()) as Record<string, string>;
    secrets.push(app.secret, app.verifier, code, tokens.access_token, tokens.refresh_token, tokens.id_token);
    const refreshed = (await (await app.refresh(tokens.refresh_token ?? '')).json()) as Record<
      string,
      string
    >;
    secrets.push(refreshed.access_token, refreshed.refresh_token);
    // The second use of a code ends its grant and writes an event.
    await app.exchange(code);

    const rotated = await bodyOf<{ client_secret: string }>(
      admin.call('PATCH', `/clients/${app.id}/regenerate`, { overlap_seconds: 60 }),
    );
    const key = await bodyOf<{ key: string }>(admin.call('POST', '/keys', { name: 'A key' }), 201);
    const token = await bodyOf<{ token: string }>(admin.call('POST', '/registration-tokens', {}), 201);
    secrets.push(rotated.client_secret, key.key, token.token);
    const password = 'a password that is set later';
    const account = await bodyOf<{ id: string }>(
      admin.call('POST', '/accounts', { email: 'new@example.com', name: 'New', password }),
      201,
    );
    await bodyOf(admin.call('PATCH', `/accounts/${account.id}`, { password: `${password} twice` }));
    secrets.push(password, (await server.store.accounts.find(account.id))?.passwordHash);

    const own = await registered(grantor);
    await manage(own, 'PUT', { ...sendable(own), client_name: 'Another name' });
    await manage(own, 'DELETE');
    secrets.push(own.client_secret, own.registration_access_token);
    const byToken = (await (
      await register(grantor, { redirect_uris: ['https://one.example/cb'] }, token.token)
    ).json()) as Record<string, string>;
    secrets.push(byToken.client_secret, byToken.registration_access_token);

    const browser = new HttpBrowser();
    const page = await browser.open(`${issuer}/signin`);
    await browser.submit(page, 'sign-in', {
      username: grantor.user.username,
      password: 'a wrong password',
    });
    secrets.push('a wrong password');
    await bodyOf(admin.call('PATCH', `/clients/${app.id}`, { name: 'Another name' }));
    const client = await server.store.clients.find(app.id);
    secrets.push(client?.secretHash, client?.sealedSecret);
    await bodyOf(admin.call('DELETE', `/clients/${app.id}`));

    const known = secrets.filter((secret): secret is string => typeof secret === 'string' && secret !== '');
    expect(known.length).toBeGreaterThan(20);
    for (const write of repeated) await write();
    const events = await newestEvents(grantor);
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(12);
    const listed = await (await admin.call('GET', '/audit?limit=50')).text();
    for (const text of [JSON.stringify(events), listed]) {
      for (const secret of known) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(sha256(secret));
      }
      expect(text).not.toMatch(/argon2|"(?:password|client_secret|\w*_?hash|token_hash|sealed\w*)":/i);
    }
  });

  it('is written in the transaction of the change: of many simultaneous deletions of one app, one writes an event', async () => {
    const admin = await addCaller(grantor, { isAdmin: true });
    const app = await registerApp(grantor);
    const all = await Promise.all(
      Array.from({ length: 8 }, () => admin.call('DELETE', `/clients/${app.id}`)),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 404)).toHaveLength(7);
    const { items } = await grantor.server.store.audit.list(
      { limit: 10, after: null },
      { clientId: app.id, type: 'client.deleted' },
    );
    expect(items).toHaveLength(1);
  });
});
