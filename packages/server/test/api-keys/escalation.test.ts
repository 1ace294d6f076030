import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, type RequestHeaders, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser } from '../../../../test/kit/users.js';
import type { AccountRecord } from '../../src/storage/ports/index.js';
import { ownTokenOf, tokenOf } from '../principals/access-tokens.js';

/** Attempts to gain more access with a limited credential (CWE-269). */
describe('a new API key', () => {
  let grantor: TestServer;
  let administrator: AccountRecord;
  const now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    administrator = await addUser(grantor, { isAdmin: true });
  });
  afterAll(() => grantor.stop());

  const ask = (headers: RequestHeaders, body: Record<string, unknown> = {}) =>
    callApi(grantor, headers, 'POST', '/keys', { name: 'x', ...body });
  const narrow = async (fields: { scopes?: readonly string[]; expiresAt?: number } = {}) => {
    const { key } = await addApiKey(grantor, administrator, { scopes: ['grantor.keys:write'], ...fields });
    return [bearer(key), { 'x-signature': await xSignatureFor(grantor, bearer(key)) }];
  };

  it.each([
    [['grantor.keys:write', 'grantor.clients:read']],
    [['grantor.audit:read']],
    [['accounts.self:read']],
    [['grantor.keys:read', 'grantor.accounts:write']],
  ])('has at most the scopes of the credential that creates it: not %j', async (scopes) => {
    for (const headers of await narrow()) {
      const refused = await ask(headers, { scopes });
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({
        errors: [{ field: expect.stringMatching(/^scopes\.\d$/), code: 'ErrorInvalidScope' }],
      });
    }
  });

  it('may have the same scopes, and fewer, such as read in place of write', async () => {
    for (const headers of await narrow()) {
      const less = await ask(headers, { scopes: ['grantor.keys:read'] });
      expect(await less.json()).toMatchObject({ scopes: ['grantor.keys:read'] });
    }
  });

  it('has the scopes of that credential if none are requested, and is never unlimited', async () => {
    for (const headers of await narrow({ scopes: ['grantor.keys:write', 'grantor.clients:read'] })) {
      for (const body of [{}, { scopes: null }]) {
        const { scopes } = (await (await ask(headers, body)).json()) as { scopes: string[] };
        expect(scopes.toSorted()).toEqual([
          'grantor.clients:read',
          'grantor.keys:read',
          'grantor.keys:write',
        ]);
      }
    }
  });

  it('expires no later than that credential, with and without a requested lifetime', async () => {
    const end = new Date((now + 100) * 1000).toISOString();
    for (const headers of await narrow({ expiresAt: now + 100 })) {
      expect((await ask(headers, { expires_in: 101 })).status).toBe(403);
      for (const body of [{}, { expires_in: null }, { expires_in: 100 }]) {
        expect(await (await ask(headers, body)).json()).toMatchObject({ expires_on: end });
      }
    }
  });

  it('does not expire with the x-signature, but with its key', async () => {
    const { key } = await addApiKey(grantor, administrator);
    const signature = await xSignatureFor(grantor, bearer(key));
    expect(await (await ask({ 'x-signature': signature })).json()).toMatchObject({ expires_on: null });
  });

  it('cannot be created with an access token, nor with its x-signature: the key would outlive the token', async () => {
    const scopes = ['grantor.keys:write'];
    const { token } = await tokenOf(grantor, administrator, scopes, { now });
    const own = await ownTokenOf(grantor, scopes, now);
    const signature = await xSignatureFor(grantor, bearer(token));
    for (const headers of [bearer(token), bearer(own.token), { 'x-signature': signature }]) {
      const refused = await ask(headers);
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('access token') });
    }
  });

  it('is invisible to other users', async () => {
    const other = await addUser(grantor);
    const { key } = await addApiKey(grantor, administrator);
    for (const field of ['account_id', 'accountId']) {
      expect((await ask(bearer(key), { [field]: other.id })).status).toBe(400);
    }
  });

  it('loses the administrator role with its user', async () => {
    const user = await addUser(grantor, { isAdmin: true });
    const { key } = await addApiKey(grantor, user);
    const { key: made } = (await (await ask(bearer(key))).json()) as { key: string };
    expect((await callApi(grantor, bearer(made), 'GET', '/keys?all=true')).status).toBe(200);
    await grantor.server.store.accounts.update(user.id, () => ({ isAdmin: false, updatedAt: now }));
    expect((await callApi(grantor, bearer(made), 'GET', '/keys?all=true')).status).toBe(403);
  });

  it('with a read scope cannot create keys', async () => {
    const { key } = await addApiKey(grantor, administrator, { scopes: ['grantor.keys:read'] });
    const { id } = await addApiKey(grantor, administrator);
    expect((await ask(bearer(key))).status).toBe(403);
    expect((await callApi(grantor, bearer(key), 'DELETE', `/keys/${id}`)).status).toBe(403);
    expect((await callApi(grantor, bearer(key), 'GET', `/keys/${id}`)).status).toBe(200);
  });
});
