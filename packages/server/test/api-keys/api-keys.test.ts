import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { databases, startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { sha256 } from '../../src/crypto/hash.js';
import type { AccountRecord } from '../../src/storage/ports/index.js';
import {
  addPerson,
  bearer,
  call,
  disable,
  eventsOf,
  type Headers,
  keyOf,
  signedIn,
} from '../principals/support.js';

interface Key {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[] | null;
  readonly account_id: string | null;
  readonly created_on: string;
  readonly expires_on: string | null;
  readonly last_used_on: string | null;
}

describe.each(databases)('API keys on %s', (database) => {
  let grantor: TestGrantor;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startGrantor({ database, world: { clock: () => now } });
  });
  afterAll(() => grantor.stop());

  /** A person with a key that may do all that they may. */
  async function somebody(
    fields: Partial<AccountRecord> = {},
  ): Promise<{ readonly person: AccountRecord; readonly headers: Headers }> {
    const person = await addPerson(grantor, fields);
    return { person, headers: bearer((await keyOf(grantor, person)).key) };
  }

  async function create(headers: Headers, body: Record<string, unknown> = {}): Promise<Key> {
    const response = await call(grantor, headers, 'POST', '/keys', { name: 'CI', ...body });
    expect(response.status, await response.clone().text()).toBe(201);
    return (await response.json()) as Key;
  }

  async function list(headers: Headers, query = ''): Promise<readonly Key[]> {
    const response = await call(grantor, headers, 'GET', `/keys${query}`);
    expect(response.status).toBe(200);
    return ((await response.json()) as { data: Key[] }).data;
  }

  const status = async (headers: Headers, method: string, path: string, body?: unknown) =>
    (await call(grantor, headers, method, path, body)).status;

  it('is shown once, and known by its beginning from then on', async () => {
    const { person, headers } = await somebody();
    const made = await create(headers, { scopes: ['grantor.clients:read'], expires_in: 3600 });
    expect(made.key).toMatch(/^sk-[A-Za-z0-9_-]{43}$/);
    const shown = {
      id: made.id,
      name: 'CI',
      prefix: made.key.slice(0, 7),
      scopes: ['grantor.clients:read'],
      account_id: person.id,
      created_on: new Date(now * 1000).toISOString(),
      expires_on: new Date((now + 3600) * 1000).toISOString(),
      last_used_on: null,
    };
    expect(made).toEqual({ ...shown, key: made.key });
    expect(await (await call(grantor, headers, 'GET', `/keys/${made.id}`)).json()).toEqual(shown);
    expect(await list(headers)).toContainEqual(shown);
  });

  it('is kept as a hash alone, and in no event (CWE-312)', async () => {
    const { headers } = await somebody();
    const made = await create(headers);
    const { store } = grantor.server;
    const record = await store.apiKeys.find(made.id);
    expect(record?.hash).toBe(sha256(made.key));
    await call(grantor, headers, 'PATCH', `/keys/${made.id}`, { name: 'Other' });
    await call(grantor, headers, 'DELETE', `/keys/${made.id}`);
    const events = JSON.stringify([record, await eventsOf(grantor)]);
    expect(events).not.toContain(made.key);
    expect(JSON.stringify(await eventsOf(grantor))).not.toContain(sha256(made.key));
  });

  it('opens the API for its person, until it expires', async () => {
    const { headers } = await somebody();
    const made = await create(headers, { expires_in: 60 });
    now += 59;
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(200);
    now += 1;
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
  });

  it('opens nothing while its person is disabled, and is gone once they are', async () => {
    const { person, headers } = await somebody();
    const made = await create(headers);
    await disable(grantor, person);
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    const { store } = grantor.server;
    await store.accounts.update(person.id, () => ({ disabledAt: null, updatedAt: 1 }));
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(200);
    await store.accounts.delete(person.id, now);
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    expect(await store.apiKeys.find(made.id)).toBeUndefined();
  });

  it('tells when it was last of use, and writes that down once a minute', async () => {
    const { headers } = await somebody();
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

  it('is called something else, and nothing more can be changed of it', async () => {
    const { headers } = await somebody();
    const made = await create(headers);
    const renamed = await call(grantor, headers, 'PATCH', `/keys/${made.id}`, { name: 'Nightly' });
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

  it('is not overwritten by somebody who saw it before a change (RFC 9110 §13.1.1)', async () => {
    const { headers } = await somebody();
    const made = await create(headers);
    const path = `/keys/${made.id}`;
    const etag = (await call(grantor, headers, 'GET', path)).headers.get('etag') ?? '';
    const conditional = { ...headers, 'if-match': etag };
    // Its use is no change of it.
    await status(bearer(made.key), 'GET', '/clients');
    expect(await status(conditional, 'PATCH', path, { name: 'First' })).toBe(200);
    expect(await status(conditional, 'PATCH', path, { name: 'Second' })).toBe(412);
    expect(await status(conditional, 'DELETE', path)).toBe(412);
    expect(await (await call(grantor, headers, 'GET', path)).json()).toMatchObject({ name: 'First' });
    const fresh = (await call(grantor, headers, 'GET', path)).headers.get('etag') ?? '';
    expect(await status({ ...headers, 'if-match': fresh }, 'DELETE', path)).toBe(200);
  });

  it('of two who rename it with the same view of it, one does (race)', async () => {
    const { headers } = await somebody();
    const made = await create(headers);
    const etag = (await call(grantor, headers, 'GET', `/keys/${made.id}`)).headers.get('etag') ?? '';
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        status({ ...headers, 'if-match': etag }, 'PATCH', `/keys/${made.id}`, { name }),
      ),
    );
    expect(answers.filter((answer) => answer === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer === 412)).toHaveLength(3);
  });

  it('can delete itself', async () => {
    const { headers } = await somebody();
    const made = await create(headers);
    const answer = await call(grantor, bearer(made.key), 'DELETE', `/keys/${made.id}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    expect(await status(headers, 'DELETE', `/keys/${made.id}`)).toBe(404);
  });

  it('leaves a trail of what became of it', async () => {
    const { person, headers } = await somebody();
    const made = await create(headers);
    await call(grantor, headers, 'PATCH', `/keys/${made.id}`, { name: 'Other' });
    await call(grantor, headers, 'DELETE', `/keys/${made.id}`);
    const events = (await eventsOf(grantor)).filter(({ target }) => target?.id === made.id);
    const byType = Object.fromEntries(events.map((event) => [event.type, event]));
    expect(events).toHaveLength(3);
    expect(byType['api_key.created']).toMatchObject({
      actor: { type: 'account', id: person.id },
      accountId: person.id,
      after: { name: 'CI', prefix: made.prefix },
    });
    expect(byType['api_key.updated']).toMatchObject({ before: { name: 'CI' }, after: { name: 'Other' } });
    expect(byType['api_key.deleted']).toMatchObject({ before: { name: 'Other', prefix: made.prefix } });
  });

  it('names every field that is not as it must be', async () => {
    const { headers } = await somebody();
    const refused = await call(grantor, headers, 'POST', '/keys', {
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

  it('comes fifty to a person and no more, however many are asked for at once (race)', async () => {
    const { person, headers } = await somebody();
    const already = (await list(headers)).length;
    for (let index = already; index < 45; index += 1) await keyOf(grantor, person);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => status(headers, 'POST', '/keys', { name: 'x' })),
    );
    expect(answers.filter((answer) => answer === 201)).toHaveLength(5);
    expect(answers.filter((answer) => answer === 400)).toHaveLength(15);
    expect(await list(headers, '?limit=50')).toHaveLength(50);
    // Others are not in the way.
    await create((await somebody()).headers);
  });

  it('is refused, and nothing fails, where its person is deleted in that very moment (race)', async () => {
    const { person, headers } = await somebody();
    const { store } = grantor.server;
    const original = store.apiKeys.create.bind(store.apiKeys);
    const made = Promise.withResolvers<string>();
    const creating = vi.spyOn(store.apiKeys, 'create').mockImplementationOnce(async (key, options) => {
      made.resolve(key.id);
      await store.accounts.delete(person.id, now);
      return original(key, options);
    });
    const refused = await call(grantor, headers, 'POST', '/keys', { name: 'x' });
    creating.mockRestore();
    expect(refused.status).toBe(400);
    expect(await store.apiKeys.find(await made.promise)).toBeUndefined();
  });

  it('is made in a session too, and outlives it', async () => {
    const live = await startGrantor({ database });
    const { browser, cookie } = await signedIn(live);
    const response = await call(live, { cookie }, 'POST', '/keys', { name: 'Laptop' });
    const made = (await response.json()) as Key;
    expect(made).toMatchObject({ expires_on: null, scopes: null });
    await browser.submit(await browser.open(`${live.issuer}/signout`), 'sign-out');
    expect((await call(live, bearer(made.key), 'GET', '/keys')).status).toBe(200);
    await live.stop();
  });

  describe('a list', () => {
    it('is in pages, newest first, each key once', async () => {
      const { headers } = await somebody();
      const made: string[] = [];
      for (let index = 0; index < 7; index += 1) {
        // Two in each second, so that a page may end between keys of the same age.
        if (index % 2 === 0) now += 1;
        made.push((await create(headers)).id);
      }
      const seen: string[] = [];
      for (let query = '?limit=3'; query !== ''; ) {
        const page = (await (await call(grantor, headers, 'GET', `/keys${query}`)).json()) as {
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
        expect(await status((await somebody()).headers, 'GET', `/keys?${query}`)).toBe(400);
      },
    );

    it('is of one’s own keys; administrators may ask for others’ and for all', async () => {
      const ada = await somebody();
      const made = await create(ada.headers);
      const administrator = await somebody({ isAdmin: true });
      const ids = async (headers: Headers, query = '') => (await list(headers, query)).map(({ id }) => id);
      expect(await ids(ada.headers)).toContain(made.id);
      expect(await ids(ada.headers, `?account_id=${ada.person.id}`)).toContain(made.id);
      expect(await ids(administrator.headers)).not.toContain(made.id);
      expect(await ids(administrator.headers, `?account_id=${ada.person.id}`)).toContain(made.id);
      expect(await ids(administrator.headers, '?all=true&limit=50')).toContain(made.id);
      expect(await ids(bearer(grantor.apiKey), '?limit=50')).toContain(made.id);
    });
  });

  describe('of somebody else', () => {
    it('are not there, for whoever is no administrator (IDOR)', async () => {
      const [ada, eve] = [await somebody(), await somebody()];
      const made = await create(ada.headers);
      for (const id of [made.id, 'configured', 'unknown', randomUUID()]) {
        expect(await status(eve.headers, 'GET', `/keys/${id}`)).toBe(404);
        expect(await status(eve.headers, 'PATCH', `/keys/${id}`, { name: 'Mine' })).toBe(404);
        expect(await status(eve.headers, 'DELETE', `/keys/${id}`)).toBe(404);
      }
      expect(await status(eve.headers, 'GET', `/keys?account_id=${ada.person.id}`)).toBe(403);
      expect(await status(eve.headers, 'GET', `/keys?account_id=${randomUUID()}`)).toBe(403);
      expect(await status(eve.headers, 'GET', '/keys?all=true')).toBe(403);
      expect(await status(eve.headers, 'GET', `/keys?all=true&account_id=${eve.person.id}`)).toBe(403);
      expect((await list(ada.headers)).find(({ id }) => id === made.id)?.name).toBe('CI');
    });

    it('can be deleted by administrators, who cannot read them', async () => {
      const ada = await somebody();
      const made = await create(ada.headers);
      const administrator = await somebody({ isAdmin: true });
      const shown = await (await call(grantor, administrator.headers, 'GET', `/keys/${made.id}`)).text();
      expect(shown).not.toContain(made.key);
      expect(shown).not.toContain(sha256(made.key));
      expect(await status(administrator.headers, 'DELETE', `/keys/${made.id}`)).toBe(200);
      expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    });

    it.each(['%00', '%ED%A0%80', '..', 'a%20b', '__proto__', 'x'.repeat(2000)])(
      'are not found under %s, and nothing fails',
      async (id) => {
        const { headers } = await somebody();
        for (const method of ['GET', 'DELETE']) {
          expect([400, 404]).toContain(await status(headers, method, `/keys/${id}`));
        }
      },
    );
  });

  describe('the key of the configuration', () => {
    it('is listed for administrators, without itself', async () => {
      const { headers } = await somebody({ isAdmin: true });
      const text = JSON.stringify(await list(headers, '?all=true&limit=50'));
      const shown = await call(grantor, headers, 'GET', '/keys/configured');
      expect(await shown.json()).toMatchObject({
        id: 'configured',
        account_id: null,
        scopes: null,
        expires_on: null,
      });
      expect(text).not.toContain(grantor.apiKey);
    });

    it('can be neither deleted nor changed: the configuration alone says what it is', async () => {
      const administrator = await somebody({ isAdmin: true });
      for (const headers of [administrator.headers, bearer(grantor.apiKey)]) {
        const refused = await call(grantor, headers, 'DELETE', '/keys/configured');
        expect(refused.status).toBe(409);
        expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('configuration') });
        expect(await status(headers, 'PATCH', '/keys/configured', { name: 'x' })).toBe(409);
      }
      expect(await status(bearer(grantor.apiKey), 'GET', '/clients')).toBe(200);
    });

    it('makes keys of the deployment, which administrators see and others do not', async () => {
      const made = await create(bearer(grantor.apiKey), { scopes: ['grantor.clients:read'] });
      expect(made.account_id).toBeNull();
      expect(await status(bearer(made.key), 'GET', '/registration-tokens')).toBe(200);
      expect(await status(bearer(made.key), 'POST', '/registration-tokens', {})).toBe(403);
      expect(await status((await somebody()).headers, 'GET', `/keys/${made.id}`)).toBe(404);
      expect(await status((await somebody({ isAdmin: true })).headers, 'GET', `/keys/${made.id}`)).toBe(200);
    });
  });
});
