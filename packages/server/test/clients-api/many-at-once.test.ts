import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { type Caller, type ClientsApiServer, minimal, startClientsApiServer } from './support.js';

describe.each(databases)('deleting many apps on %s', (database) => {
  let server: ClientsApiServer;
  beforeAll(async () => {
    server = await startClientsApiServer({ database });
  });
  afterAll(() => server.stop());

  const isThere = async (id: string) =>
    (await server.administrator.call('GET', `/clients/${id}`)).status === 200;
  const deletions = async () => {
    const page = await server.store.audit.list({ limit: 50, after: null });
    return page.items.filter(({ type }) => type === 'client.deleted');
  };

  it.each(['/clients', '/oauth2/clients'])(
    'DELETE %s deletes what the caller registered, each with its event',
    async (base) => {
      const { developer, otherDeveloper } = server;
      const mine = [await developer.create(), await developer.create()].map(({ client_id: id }) => id);
      const { client_id: other } = await otherDeveloper.create();
      expect((await developer.call('DELETE', base)).status).toBe(200);
      expect(await Promise.all(mine.map(isThere))).toEqual([false, false]);
      expect(await isThere(other)).toBe(true);
      const events = (await deletions()).filter(
        ({ clientId }) => clientId !== null && mine.includes(clientId),
      );
      expect(events).toHaveLength(mine.length);
      expect(new Set(events.map(({ clientId }) => clientId))).toEqual(new Set(mine));
      for (const event of events) {
        expect(event).toMatchObject({
          actor: { type: 'account', id: developer.id },
          via: `api_key:${developer.keyId}`,
          target: { type: 'client', id: event.clientId },
          before: { name: minimal.name },
        });
        expect(JSON.stringify(event)).not.toMatch(/secret"/);
      }
      // There is nothing left, which is as well.
      expect((await developer.call('DELETE', base)).status).toBe(200);
    },
  );

  it('an administrator who deletes their own apps keeps those of others', async () => {
    const { administrator, developer } = server;
    const own = await administrator.create();
    const other = await developer.create();
    expect((await administrator.call('DELETE', '/clients')).status).toBe(200);
    expect(await isThere(own.client_id)).toBe(false);
    expect(await isThere(other.client_id)).toBe(true);
  });

  it('ends all grants to them', async () => {
    const app = await registerApp(server.grantor, { access_token_format: 'opaque' });
    const { access_token: token } = await app.tokens();
    expect((await app.userinfo(token)).status).toBe(200);
    expect((await server.grantor.api('DELETE', '/clients')).status).toBe(200);
    expect((await app.userinfo(token)).status).toBe(401);
  });

  it.each(['/clients/tenant', '/oauth2/clients/tenant'])(
    'DELETE %s is for administrators, and deletes all',
    async (path) => {
      const { administrator, developer, otherDeveloper } = server;
      const ids = await Promise.all(
        [administrator, developer, otherDeveloper].map(
          async (caller: Caller) => (await caller.create()).client_id,
        ),
      );
      expect((await developer.call('DELETE', path)).status).toBe(403);
      expect(await Promise.all(ids.map(isThere))).toEqual([true, true, true]);
      expect((await administrator.call('DELETE', path)).status).toBe(200);
      const page = (await (await administrator.call('GET', '/clients')).json()) as { data: unknown[] };
      expect(page.data).toEqual([]);
      const events = await deletions();
      expect(ids.filter((id) => events.some(({ clientId }) => clientId === id))).toEqual(ids);
    },
  );

  describe('more apps than one step deletes', () => {
    const seed = async (count: number) => {
      const { client_id: pattern } = await server.developer.create();
      const record = await server.store.clients.find(pattern);
      if (record === undefined) throw new Error('not there');
      const add = (id: string) => server.store.clients.create({ ...record, id });
      const ids = Array.from({ length: count }, () => `many-${randomUUID()}`);
      await Promise.all(ids.map(add));
      return { add, ids: [pattern, ...ids] };
    };
    const remaining = async () => (await server.store.clients.list(all, server.developer.id)).items;
    const all = { limit: 5000, after: null };
    const toldOf = async (ids: readonly string[]) => {
      const { items } = await server.store.audit.list(all, { type: 'client.deleted' });
      return items.flatMap(({ clientId }) => (clientId !== null && ids.includes(clientId) ? [clientId] : []));
    };

    it('writes one event for each', async () => {
      const { ids } = await seed(450);
      expect((await server.developer.call('DELETE', '/clients')).status).toBe(200);
      expect(await remaining()).toEqual([]);
      expect((await toldOf(ids)).toSorted()).toEqual(ids.toSorted());
    });

    it('a failure in the middle leaves each app either unchanged or deleted with its event, and can be repeated', async () => {
      const { ids } = await seed(450);
      const { developer, store } = server;
      const event = (await store.audit.list({ ...all, limit: 1 })).items[0];
      if (event === undefined) throw new Error('not there');
      let noted = 0;
      const tell = ({ id }: { readonly id: string }) => {
        noted += 1;
        if (noted === 250) throw new Error('in the middle');
        return { ...event, id: randomUUID(), type: 'client.deleted' as const, clientId: id };
      };
      await expect(store.clients.deleteAll(developer.id, tell)).rejects.toThrow('in the middle');
      const gone = await toldOf(ids);
      const there = (await remaining()).map(({ id }) => id);
      expect(there.length).toBeGreaterThan(200);
      expect([...gone, ...there].toSorted()).toEqual(ids.toSorted());
      expect(await store.clients.deleteAll(developer.id, tell)).toBe(there.length);
      expect((await toldOf(ids)).toSorted()).toEqual(ids.toSorted());
    });

    it('other requests are served meanwhile, and an app that is registered meanwhile stays', async () => {
      const { add, ids } = await seed(450);
      const { developer, store } = server;
      const answered: string[] = [];
      let coming: Promise<unknown> | undefined;
      const deletion = store.clients.deleteAll(developer.id, () => {
        coming ??= add('meanwhile').then(() => answered.push('the other'));
        return undefined;
      });
      expect(await deletion.finally(() => answered.push('the deletion'))).toBe(ids.length);
      await coming;
      expect(answered).toEqual(['the other', 'the deletion']);
      expect((await remaining()).map(({ id }) => id)).toEqual(['meanwhile']);
      expect(await store.clients.deleteAll(developer.id)).toBe(1);
    });
  });
});

describe.each(databases)('the number of apps, on %s', (database) => {
  const twentyAtOnce = async (callers: readonly Caller[]) => {
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        callers[index % callers.length]?.call('POST', '/clients', minimal),
      ),
    );
    const refused = await Promise.all(
      responses
        .filter((response) => response?.status === 400)
        .map((response) => response?.json() as Promise<{ detail: string }>),
    );
    return {
      made: responses.filter((response) => response?.status === 201).length,
      refused: refused.length,
      words: [...new Set(refused.map(({ detail }) => detail))],
    };
  };

  it('a developer gets no more than their limit with 20 simultaneous requests', async () => {
    const server = await startClientsApiServer({ database, settings: { clientsPerDeveloper: 3 } });
    try {
      const { developer, otherDeveloper, administrator } = server;
      expect(await twentyAtOnce([developer])).toEqual({
        made: 3,
        refused: 17,
        words: ['You have 3 apps, which is the limit for one developer. Delete one first'],
      });
      expect((await otherDeveloper.call('POST', '/clients', minimal)).status).toBe(201);
      for (let count = 0; count < 4; count += 1) await administrator.create();
      await developer.call('DELETE', '/clients');
      expect((await developer.call('POST', '/clients', minimal)).status).toBe(201);
    } finally {
      await server.stop();
    }
  });

  it('all together get no more than the limit, administrators too; apps that registered themselves do not count', async () => {
    const server = await startClientsApiServer({
      database,
      settings: { clientsInAll: 5, registration: 'open' },
    });
    try {
      const registered = await fetch(`${server.grantor.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: minimal.redirect_uris }),
      });
      expect(registered.status).toBe(201);
      expect(await twentyAtOnce([server.developer, server.otherDeveloper, server.administrator])).toEqual({
        made: 5,
        refused: 15,
        words: ['This server has 5 apps, which is its limit. Delete one first'],
      });
    } finally {
      await server.stop();
    }
  });

  it('a refusal writes no event and uses no client_id', async () => {
    const server = await startClientsApiServer({ database, settings: { clientsInAll: 1 } });
    try {
      const { administrator, store } = server;
      const { client_id: id } = await administrator.create();
      const refused = await administrator.call('POST', '/clients', { ...minimal, client_id: 'later' });
      expect(refused.status).toBe(400);
      const page = await store.audit.list({ limit: 50, after: null });
      expect(page.items.filter(({ type }) => type === 'client.created')).toHaveLength(1);
      await administrator.call('DELETE', `/clients/${id}`);
      expect(await administrator.create({ client_id: 'later' })).toMatchObject({ client_id: 'later' });
    } finally {
      await server.stop();
    }
  });
});
