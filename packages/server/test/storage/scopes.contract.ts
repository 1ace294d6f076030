import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type {
  AuditEvent,
  PageCursor,
  ScopeGroupRecord,
  ScopeRecord,
  Store,
} from '../../src/storage/ports/index.js';
import { atOnce, client, NOW } from './fixtures.js';

const texts = { en: { title: "It's a title 🧭", description: 'Said "so"' }, 'pt-BR': { title: 'Título' } };

const group = (fields: Partial<ScopeGroupRecord> = {}): ScopeGroupRecord => ({
  name: `group-${randomUUID()}`,
  writeImpliesRead: true,
  texts,
  ...fields,
});

const scope = (fields: Partial<ScopeRecord> = {}): ScopeRecord => ({
  name: `scope-${randomUUID()}`,
  group: 'files',
  type: 'read',
  texts,
  resource: null,
  needsApproval: false,
  isOptional: false,
  consentSeconds: 0,
  ...fields,
});

const eventOf = (id: string): AuditEvent => ({
  id: randomUUID(),
  at: NOW,
  type: 'scope.changed',
  actor: { type: 'system', id: null, name: null },
  via: null,
  address: null,
  target: { type: 'scope', id },
  before: null,
  after: null,
  clientId: null,
  accountId: null,
  grantId: null,
});

export function scopesContract(store: () => Store): void {
  const find = async (name: string) => (await store().scopes.load()).scopes.find((one) => one.name === name);

  describe('scopes', () => {
    it('begin with the scopes of files, in several languages, and with none of DocSpace', async () => {
      const { groups, scopes } = await store().scopes.load();
      const initial = ['files'];
      const ofDocspace = ['accounts', 'profiles', 'rooms'];
      expect(groups.filter(({ name }) => ofDocspace.includes(name))).toEqual([]);
      expect(scopes.filter((one) => ofDocspace.includes(one.group))).toEqual([]);
      expect(groups.map(({ name }) => name)).toEqual(expect.arrayContaining(initial));
      const own = scopes.filter((one) => initial.includes(one.group) && !one.name.startsWith('scope-'));
      expect(own.map(({ name }) => name).toSorted()).toEqual(['files:read', 'files:write']);
      for (const { texts: words } of own) expect(Object.keys(words)).toEqual(['en', 'de', 'fr', 'es']);
    });

    it('are read as they were written', async () => {
      const written = scope({
        type: 'write',
        resource: 'https://api.example/a?b',
        needsApproval: true,
        isOptional: true,
        consentSeconds: 3600,
      });
      expect(await store().scopes.create(written)).toBe('created');
      expect(await find(written.name)).toEqual(written);
    });

    it('have a unique name and an existing group', async () => {
      const written = scope();
      const outcomes = await atOnce(8, () => store().scopes.create(written));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'nameTaken')).toHaveLength(7);
      expect(await store().scopes.create(scope({ group: 'nowhere' }))).toBe('groupMissing');
      expect(await store().scopes.update(written.name, (one) => ({ ...one, group: 'nowhere' }))).toBe(
        'groupMissing',
      );
      expect(await find(written.name)).toEqual(written);
    });

    it('keep every one of many simultaneous changes', async () => {
      const written = scope({ texts: { en: { title: '' } } });
      await store().scopes.create(written);
      await atOnce(10, () =>
        store().scopes.update(written.name, (one) => ({
          ...one,
          texts: { en: { title: `${one.texts.en?.title ?? ''}x` } },
        })),
      );
      expect((await find(written.name))?.texts.en?.title).toBe('x'.repeat(10));
    });

    it('stay unchanged if a change, an event or a deletion is refused', async () => {
      const written = scope();
      await store().scopes.create(written);
      const refuse = () => {
        throw new Error('refused');
      };
      await expect(store().scopes.update(written.name, refuse)).rejects.toThrow('refused');
      await expect(
        store().scopes.update(written.name, (one) => ({ ...one, needsApproval: true }), refuse),
      ).rejects.toThrow('refused');
      await expect(store().scopes.delete(written.name, refuse)).rejects.toThrow('refused');
      expect(await find(written.name)).toEqual(written);
      const other = scope();
      await expect(store().scopes.create(other, refuse)).rejects.toThrow('refused');
      expect(await find(other.name)).toBeUndefined();
    });

    it('are missing once they are deleted, and their events stay', async () => {
      const written = scope();
      await store().scopes.create(written, () => eventOf(written.name));
      expect(await store().scopes.delete(written.name)).toBe('deleted');
      expect(await store().scopes.delete(written.name)).toBe('missing');
      expect(await store().scopes.update(written.name, (one) => one)).toBe('missing');
    });

    it('keep their group: simultaneous requests leave no scope without one', async () => {
      const written = group();
      expect(await store().scopes.putGroup(written.name, () => written)).toEqual(written);
      const changed = { ...written, writeImpliesRead: false };
      expect(await store().scopes.putGroup(written.name, (one) => ({ ...one, ...changed }))).toEqual(changed);
      const one = scope({ group: written.name });
      const [created, deleted] = await Promise.all([
        store().scopes.create(one),
        store().scopes.deleteGroup(written.name),
      ]);
      expect([
        ['created', 'inUse'],
        ['groupMissing', 'deleted'],
      ]).toContainEqual([created, deleted]);
      await store().scopes.delete(one.name);
      expect(await store().scopes.deleteGroup(written.name)).toBe(
        deleted === 'deleted' ? 'missing' : 'deleted',
      );
      expect((await store().scopes.load()).groups.map(({ name }) => name)).not.toContain(written.name);
    });

    it('count the clients that are registered for exactly this name', async () => {
      const name = `Count_%:${randomUUID()}`;
      await store().clients.create(client({ scopes: ['openid', name] }));
      await store().clients.create(client({ scopes: [name] }));
      await store().clients.create(client({ scopes: [`${name}x`, name.toLowerCase(), `x${name}`] }));
      expect(await store().scopes.countClients(name)).toBe(2);
    });
  });

  describe('scopes that wait for approval', () => {
    const waiting = (requestedAt: number) =>
      client({ scopeRequests: [{ scope: 'a:write', requestedBy: 'ada', requestedAt }] });

    it('are stored with the client, and removed with it or with a decision', async () => {
      const asking = waiting(1);
      await store().clients.create(asking);
      expect(await store().clients.find(asking.id)).toEqual(asking);
      const listed = async () =>
        (await store().scopes.listWaiting({ limit: 1000, after: null })).items.some(
          ({ id }) => id === asking.id,
        );
      expect(await listed()).toBe(true);
      await store().clients.update(asking.id, { name: 'Renamed', updatedAt: NOW });
      expect(await listed()).toBe(true);
      await store().clients.update(asking.id, { scopeRequests: [], updatedAt: NOW });
      expect(await listed()).toBe(false);
      await store().clients.update(asking.id, { scopeRequests: asking.scopeRequests, updatedAt: NOW });
      expect(await listed()).toBe(true);
      await store().clients.delete(asking.id);
      expect(await listed()).toBe(false);
    });

    it('are listed oldest first, each client once, whatever the pages', async () => {
      const asking = [10, 10, 10, 11, 12].map((at) => waiting(NOW + at));
      for (const one of asking) await store().clients.create(one);
      const seen: string[] = [];
      let after: PageCursor | null = null;
      do {
        const page: Awaited<ReturnType<Store['scopes']['listWaiting']>> = await store().scopes.listWaiting({
          limit: 2,
          after,
        });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      const ids = asking.map(({ id }) => id);
      const ties = ids.slice(0, 3).toSorted();
      expect(seen.filter((id) => ids.includes(id))).toEqual([...ties, ...ids.slice(3)]);
    });
  });
}
