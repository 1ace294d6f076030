import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bearer, callApi } from '../../../../test/kit/api-calls.js';
import { newestEvents } from '../../../../test/kit/audit-events.js';
import { addApiKey, addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addSignedInUser, disableUser } from '../../../../test/kit/users.js';
import { sha256 } from '../../src/crypto/hash.js';
import { type Key, keyring } from './support.js';

describe.each(databases)('API keys on %s', (database) => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const { create, list, status } = keyring(() => grantor);

  it('is shown once; later only its prefix is shown', async () => {
    const { user, headers } = await addCaller(grantor);
    const made = await create(headers, { scopes: ['grantor.clients:read'], expires_in: 3600 });
    expect(made.key).toMatch(/^sk-[A-Za-z0-9_-]{43}$/);
    const shown = {
      id: made.id,
      name: 'CI',
      prefix: made.key.slice(0, 7),
      scopes: ['grantor.clients:read'],
      account_id: user.id,
      created_on: new Date(now * 1000).toISOString(),
      expires_on: new Date((now + 3600) * 1000).toISOString(),
      last_used_on: null,
    };
    expect(made).toEqual({ ...shown, key: made.key });
    expect(await (await callApi(grantor, headers, 'GET', `/keys/${made.id}`)).json()).toEqual(shown);
    expect(await list(headers)).toContainEqual(shown);
  });

  it('is stored only as a hash, and is in no event (CWE-312)', async () => {
    const { headers } = await addCaller(grantor);
    const made = await create(headers);
    const { store } = grantor.server;
    const record = await store.apiKeys.find(made.id);
    expect(record?.hash).toBe(sha256(made.key));
    await callApi(grantor, headers, 'PATCH', `/keys/${made.id}`, { name: 'Other' });
    await callApi(grantor, headers, 'DELETE', `/keys/${made.id}`);
    const events = JSON.stringify([record, await newestEvents(grantor)]);
    expect(events).not.toContain(made.key);
    expect(JSON.stringify(await newestEvents(grantor))).not.toContain(sha256(made.key));
  });

  it('authenticates its user until it expires', async () => {
    const { headers } = await addCaller(grantor);
    const made = await create(headers, { expires_in: 60 });
    now += 59;
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(200);
    now += 1;
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
  });

  it('is refused while its user is disabled, and is deleted with the user', async () => {
    const { user, headers } = await addCaller(grantor);
    const made = await create(headers);
    await disableUser(grantor, user);
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    const { store } = grantor.server;
    await store.accounts.update(user.id, () => ({ disabledAt: null, updatedAt: 1 }));
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(200);
    await store.accounts.delete(user.id, now);
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    expect(await store.apiKeys.find(made.id)).toBeUndefined();
  });

  it('has the time of its last use, which is stored once a minute', async () => {
    const { headers } = await addCaller(grantor);
    const made = await create(headers);
    const lastUsed = async () => (await grantor.server.store.apiKeys.find(made.id))?.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    const first = now;
    await status(bearer(made.key), 'GET', '/clients');
    now += 59;
    await status(bearer(made.key), 'GET', '/clients');
    expect(await lastUsed()).toBe(first);
    now += 1;
    await status(bearer(made.key), 'GET', '/clients');
    expect(await lastUsed()).toBe(first + 60);
  });

  it('can be renamed, and nothing else can be changed', async () => {
    const { headers } = await addCaller(grantor);
    const made = await create(headers);
    const renamed = await callApi(grantor, headers, 'PATCH', `/keys/${made.id}`, { name: 'Nightly' });
    expect(renamed.status).toBe(200);
    expect(await renamed.json()).toMatchObject({ id: made.id, name: 'Nightly', prefix: made.prefix });
    for (const more of [
      { scopes: [] },
      { expires_in: 5 },
      { account_id: 'x' },
      { key: 'x' },
      { last_used_on: null },
    ]) {
      expect(await status(headers, 'PATCH', `/keys/${made.id}`, { name: 'x', ...more })).toBe(400);
    }
    for (const name of ['', ' ', 'x'.repeat(257), 'a\0b', '\ud800', null, 5]) {
      expect(await status(headers, 'PATCH', `/keys/${made.id}`, { name })).toBe(400);
    }
    expect((await list(headers)).find(({ id }) => id === made.id)?.name).toBe('Nightly');
  });

  it('is not overwritten by a caller who read it before a change (RFC 9110 §13.1.1)', async () => {
    const { headers } = await addCaller(grantor);
    const made = await create(headers);
    const path = `/keys/${made.id}`;
    const etag = (await callApi(grantor, headers, 'GET', path)).headers.get('etag') ?? '';
    const conditional = { ...headers, 'if-match': etag };
    // Its use is no change of it.
    await status(bearer(made.key), 'GET', '/clients');
    expect(await status(conditional, 'PATCH', path, { name: 'First' })).toBe(200);
    expect(await status(conditional, 'PATCH', path, { name: 'Second' })).toBe(412);
    expect(await status(conditional, 'DELETE', path)).toBe(412);
    expect(await (await callApi(grantor, headers, 'GET', path)).json()).toMatchObject({ name: 'First' });
    const fresh = (await callApi(grantor, headers, 'GET', path)).headers.get('etag') ?? '';
    expect(await status({ ...headers, 'if-match': fresh }, 'DELETE', path)).toBe(200);
  });

  it('is renamed by only one of two requests with the same ETag (race)', async () => {
    const { headers } = await addCaller(grantor);
    const made = await create(headers);
    const etag = (await callApi(grantor, headers, 'GET', `/keys/${made.id}`)).headers.get('etag') ?? '';
    const responses = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        status({ ...headers, 'if-match': etag }, 'PATCH', `/keys/${made.id}`, { name }),
      ),
    );
    expect(responses.filter((answer) => answer === 200)).toHaveLength(1);
    expect(responses.filter((answer) => answer === 412)).toHaveLength(3);
  });

  it('can delete itself', async () => {
    const { headers } = await addCaller(grantor);
    const made = await create(headers);
    const answer = await callApi(grantor, bearer(made.key), 'DELETE', `/keys/${made.id}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    expect(await status(headers, 'DELETE', `/keys/${made.id}`)).toBe(404);
  });

  it('has an event for each change', async () => {
    const { user, headers } = await addCaller(grantor);
    const made = await create(headers);
    await callApi(grantor, headers, 'PATCH', `/keys/${made.id}`, { name: 'Other' });
    await callApi(grantor, headers, 'DELETE', `/keys/${made.id}`);
    const events = (await newestEvents(grantor)).filter(({ target }) => target?.id === made.id);
    const byType = Object.fromEntries(events.map((event) => [event.type, event]));
    expect(events).toHaveLength(3);
    expect(byType['api_key.created']).toMatchObject({
      actor: { type: 'account', id: user.id },
      accountId: user.id,
      after: { name: 'CI', prefix: made.prefix },
    });
    expect(byType['api_key.updated']).toMatchObject({ before: { name: 'CI' }, after: { name: 'Other' } });
    expect(byType['api_key.deleted']).toMatchObject({ before: { name: 'Other', prefix: made.prefix } });
  });

  it('names every invalid field', async () => {
    const { headers } = await addCaller(grantor);
    const refused = await callApi(grantor, headers, 'POST', '/keys', {
      name: '',
      scopes: ['grantor.clients:read', 'files:read', '__proto__'],
      expires_in: 0,
      key: 'sk-chosen',
    });
    expect(refused.status).toBe(400);
    const { errors } = (await refused.json()) as { errors: { field: string; code: string }[] };
    expect(Object.fromEntries(errors.map(({ field, code }) => [field, code]))).toEqual({
      name: 'EmptyFieldError',
      'scopes.1': 'ErrorInvalidScope',
      'scopes.2': 'ErrorInvalidScope',
      expires_in: 'ErrorPattern',
      key: 'ErrorPattern',
    });
    for (const body of [
      {},
      { name: 'x', scopes: [] },
      { name: 'x', expires_in: 1.5 },
      { name: 'x', expires_in: 1e12 },
    ]) {
      expect(await status(headers, 'POST', '/keys', body)).toBe(400);
    }
  });

  it('is limited to fifty for a user, also by simultaneous requests (race)', async () => {
    const { user, headers } = await addCaller(grantor);
    const already = (await list(headers)).length;
    for (let index = already; index < 45; index += 1) await addApiKey(grantor, user);
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => status(headers, 'POST', '/keys', { name: 'x' })),
    );
    expect(responses.filter((answer) => answer === 201)).toHaveLength(5);
    expect(responses.filter((answer) => answer === 400)).toHaveLength(15);
    expect(await list(headers, '?limit=50')).toHaveLength(50);
    // Others are not in the way.
    await create((await addCaller(grantor)).headers);
  });

  it('is refused without an error if its user is deleted at the same time (race)', async () => {
    const { user, headers } = await addCaller(grantor);
    const { store } = grantor.server;
    const original = store.apiKeys.create.bind(store.apiKeys);
    const made = Promise.withResolvers<string>();
    const creating = vi.spyOn(store.apiKeys, 'create').mockImplementationOnce(async (key, options) => {
      made.resolve(key.id);
      await store.accounts.delete(user.id, now);
      return original(key, options);
    });
    const refused = await callApi(grantor, headers, 'POST', '/keys', { name: 'x' });
    creating.mockRestore();
    expect(refused.status).toBe(400);
    expect(await store.apiKeys.find(await made.promise)).toBeUndefined();
  });

  it('can be created with a session, and outlives it', async () => {
    const live = await startServer({ database });
    const { browser, cookie } = await addSignedInUser(live);
    const response = await callApi(live, { cookie }, 'POST', '/keys', { name: 'Laptop' });
    const made = (await response.json()) as Key;
    expect(made).toMatchObject({ expires_on: null, scopes: null });
    await browser.submit(await browser.open(`${live.issuer}/signout`), 'sign-out');
    expect((await callApi(live, bearer(made.key), 'GET', '/keys')).status).toBe(200);
    await live.stop();
  });

  describe('a list', () => {
    it('is in pages, newest first, each key once', async () => {
      const { headers } = await addCaller(grantor);
      const made: string[] = [];
      for (let index = 0; index < 7; index += 1) {
        // Two in each second, so that a page may end between keys of the same age.
        if (index % 2 === 0) now += 1;
        made.push((await create(headers)).id);
      }
      const seen: string[] = [];
      for (let query = '?limit=3'; query !== ''; ) {
        const page = (await (await callApi(grantor, headers, 'GET', `/keys${query}`)).json()) as {
          data: Key[];
          last_key_id: string | null;
          last_created_on: string | null;
        };
        seen.push(...page.data.map(({ id }) => id));
        query =
          page.last_key_id === null
            ? ''
            : `?limit=3&last_key_id=${page.last_key_id}&last_created_on=${page.last_created_on ?? ''}`;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(made));
      expect(seen).toHaveLength(8);
    });

    it.each(['limit=0', 'limit=51', 'all=maybe', 'account_id=%00', 'last_key_id=a', 'all=true&all=false'])(
      'is refused with %s',
      async (query) => {
        expect(await status((await addCaller(grantor)).headers, 'GET', `/keys?${query}`)).toBe(400);
      },
    );
  });
});
