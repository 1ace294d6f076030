import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClientRecord, PageCursor, Store } from '../../src/storage/ports/index.js';
import { atOnce, client, consentTo, countOf, NOW, seedTokens } from './fixtures.js';

export function clientsContract(store: () => Store): void {
  describe('clients', () => {
    it('returns a client as it was written', async () => {
      const sparse = client({
        secretHash: null,
        authenticationMethod: 'none',
        redirectUris: [],
        scopes: [],
        audience: null,
        compatibility: [],
        enabled: false,
      });
      for (const written of [client(), sparse]) {
        expect(await store().clients.create(written)).toBe('created');
        expect(await store().clients.find(written.id)).toEqual(written);
      }
    });

    it('finds no client for an unknown ID, whatever its characters', async () => {
      for (const id of ['none', '', '\0', 'x\0y', '\udfff', "'; --"]) {
        expect(await store().clients.find(id)).toBeUndefined();
      }
    });

    it('gives an ID to one of many simultaneous requests', async () => {
      const id = randomUUID();
      const outcomes = await atOnce(20, (index) => store().clients.create(client({ id, name: `${index}` })));
      expect(countOf(outcomes, 'created')).toBe(1);
      expect(countOf(outcomes, 'idTaken')).toBe(19);
    });

    it('changes every field that an update names', async () => {
      const before = client();
      await store().clients.create(before);
      const changes = {
        name: 'New 🧭',
        authenticationMethod: 'none',
        redirectUris: ['https://new.example/cb'],
        grantTypes: ['authorization_code'],
        responseTypes: [],
        scopes: [],
        accessTokenFormat: 'jwt',
        idTokenAlgorithm: 'ES256',
        audience: 'https://other.example',
        compatibility: [],
        enabled: false,
        updatedAt: NOW + 9,
      } as const;
      const after = { ...before, ...changes };
      expect(await store().clients.update(before.id, changes)).toEqual(after);
      expect(await store().clients.find(before.id)).toEqual(after);
    });

    it('deletes all clients of one creator with their grants, and reports each', async () => {
      const createdBy = randomUUID();
      const own = [client({ createdBy }), client({ createdBy })];
      const others = [client({ createdBy: randomUUID() }), client()];
      for (const each of [...own, ...others]) await store().clients.create(each);
      const deleted: ClientRecord[] = [];
      const count = await store().clients.deleteAll(createdBy, (gone) => {
        deleted.push(gone);
        return undefined;
      });
      expect(count).toBe(2);
      expect(new Set(deleted)).toEqual(new Set(own));
      for (const { id } of own) expect(await store().clients.find(id)).toBeUndefined();
      for (const each of others) expect(await store().clients.find(each.id)).toEqual(each);
      expect(await store().clients.deleteAll(createdBy)).toBe(0);
      expect(await store().clients.deleteAll('')).toBe(0);
    });

    it('keeps to the limit in simultaneous requests', async () => {
      const createdBy = randomUUID();
      const outcomes = await atOnce(20, () =>
        store().clients.create(client({ createdBy }), { caps: { perCreator: 4 } }),
      );
      expect(countOf(outcomes, 'created')).toBe(4);
      expect(countOf(outcomes, 'creatorFull')).toBe(16);
    });

    it('keeps fields that an update does not name, and can remove the audience', async () => {
      const before = client();
      await store().clients.create(before);
      expect(await store().clients.update(before.id, { updatedAt: NOW + 1 })).toEqual({
        ...before,
        updatedAt: NOW + 1,
      });
      expect(await store().clients.update(before.id, { audience: null, updatedAt: NOW + 2 })).toEqual({
        ...before,
        audience: null,
        updatedAt: NOW + 2,
      });
    });

    it('keeps both of two simultaneous updates', async () => {
      const before = client();
      await store().clients.create(before);
      await Promise.all([
        store().clients.update(before.id, { name: 'Renamed', updatedAt: NOW + 1 }),
        store().clients.update(before.id, { enabled: false, updatedAt: NOW + 1 }),
      ]);
      expect(await store().clients.find(before.id)).toMatchObject({ name: 'Renamed', enabled: false });
    });

    it('loses no change of many that depend on the current client', async () => {
      const before = client({ name: 'x' });
      await store().clients.create(before);
      await atOnce(20, () =>
        store().clients.update(before.id, ({ name }) => ({ name: `${name}x`, updatedAt: NOW })),
      );
      expect((await store().clients.find(before.id))?.name).toBe('x'.repeat(21));
    });

    it('reports that the client to update is missing', async () => {
      expect(await store().clients.update('none', { updatedAt: NOW })).toBe('missing');
    });

    it('deletes a client with all of its grants and tokens', async () => {
      const { grant, code, accessToken, refreshToken } = await seedTokens(store());
      await store().consents.add(grant.accountId, grant.clientId, consentTo(['openid']), NOW);
      expect(await store().clients.delete(grant.clientId)).toBe('deleted');
      expect(await store().clients.find(grant.clientId)).toBeUndefined();
      expect(await store().grants.find(grant.id)).toBeUndefined();
      expect(await store().grants.findCode(code.hash)).toBeUndefined();
      expect(await store().grants.findRefreshToken(refreshToken)).toBeUndefined();
      expect(await store().grants.findOpaqueAccessToken(accessToken.hash)).toBeUndefined();
      expect(await store().consents.find(grant.accountId, grant.clientId)).toEqual([]);
      expect(await store().accounts.find(grant.accountId)).toBeDefined();
      expect(await store().clients.delete(grant.clientId)).toBe('missing');
    });

    it('lists every client once, newest first, whatever the size of the pages', async () => {
      // Five of them share a second, so that only the ID shows where a page ends.
      const written = await atOnce(11, async (index) => {
        const app = client({ createdAt: NOW + 1000 + Math.min(index, 6) });
        await store().clients.create(app);
        return app.id;
      });
      for (const limit of [1, 3, 5, 100]) {
        const all = await listAll(store(), limit);
        const ours = all.filter(({ id }) => written.includes(id)).map(({ id }) => id);
        expect(new Set(ours)).toEqual(new Set(written));
        expect(ours).toHaveLength(written.length);
        const times = all.map(({ createdAt }) => createdAt);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }
    });

    it('has no next page after the last one', async () => {
      const count = (await listAll(store(), 100)).length;
      expect((await store().clients.list({ limit: count, after: null })).next).toBeNull();
      expect((await store().clients.list({ limit: count - 1, after: null })).next).not.toBeNull();
      const beyond = await store().clients.list({ limit: 5, after: { createdAt: 0, id: '' } });
      expect(beyond).toEqual({ items: [], next: null });
    });
  });
}

async function listAll(store: Store, limit: number): Promise<ClientRecord[]> {
  const all: ClientRecord[] = [];
  let after: PageCursor | null = null;
  do {
    const page = await store.clients.list({ limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}
