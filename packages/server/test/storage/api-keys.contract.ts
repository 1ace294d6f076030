import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApiKeyRecord, AuditEvent, Store } from '../../src/storage/ports/index.js';
import { account, atOnce, countOf, NOW } from './fixtures.js';

const apiKey = (fields: Partial<ApiKeyRecord> = {}): ApiKeyRecord => ({
  id: randomUUID(),
  name: 'CI',
  hash: randomUUID(),
  prefix: 'sk-12ab',
  accountId: null,
  scopes: null,
  createdAt: NOW,
  expiresAt: null,
  lastUsedAt: null,
  ...fields,
});

const event = (type: AuditEvent['type'], id: string): AuditEvent => ({
  id: randomUUID(),
  at: NOW,
  type,
  actor: { type: 'system', id: null, name: null },
  via: null,
  address: null,
  target: { type: 'api_key', id },
  before: null,
  after: null,
  clientId: null,
  accountId: null,
  grantId: null,
});

export function apiKeysContract(store: () => Store): void {
  const eventsAbout = async (id: string) =>
    (await store().audit.list({ limit: 50, after: null })).items.filter(({ target }) => target?.id === id);

  describe('keys to the management API', () => {
    it('finds a key until it expires', async () => {
      const key = apiKey({ expiresAt: NOW + 10 });
      await store().apiKeys.put(key);
      expect(await store().apiKeys.findLive(key.hash, NOW + 9)).toEqual({ key, account: null });
      expect(await store().apiKeys.findLiveById(key.id, NOW + 9)).toEqual({ key, account: null });
      expect(await store().apiKeys.findLive(key.hash, NOW + 10)).toBeUndefined();
      expect(await store().apiKeys.findLiveById(key.id, NOW + 10)).toBeUndefined();
      expect(await store().apiKeys.find(key.id)).toEqual(key);
    });

    it('finds a key without an expiry at any time', async () => {
      const key = apiKey();
      await store().apiKeys.put(key);
      expect(await store().apiKeys.findLive(key.hash, NOW * 2)).toEqual({ key, account: null });
      expect(await store().apiKeys.findLive('none', NOW)).toBeUndefined();
    });

    it('finds a key with its user while the account is enabled', async () => {
      const user = account();
      await store().accounts.create(user);
      const key = apiKey({ accountId: user.id, scopes: ['grantor.clients:read'] });
      expect(await store().apiKeys.create(key)).toBe('created');
      expect(await store().apiKeys.findLive(key.hash, NOW)).toEqual({ key, account: user });
      await store().accounts.update(user.id, () => ({ disabledAt: NOW, updatedAt: NOW }));
      expect(await store().apiKeys.findLive(key.hash, NOW)).toBeUndefined();
      expect(await store().apiKeys.findLiveById(key.id, NOW)).toBeUndefined();
      expect(await store().apiKeys.find(key.id)).toEqual(key);
      await store().accounts.delete(user.id, NOW);
      expect(await store().apiKeys.find(key.id)).toBeUndefined();
    });

    it('replaces the key with the same ID, which is then invalid', async () => {
      const old = apiKey();
      const replacement = apiKey({ id: old.id });
      await store().apiKeys.put(old);
      await store().apiKeys.put(replacement);
      expect(await store().apiKeys.findLive(old.hash, NOW)).toBeUndefined();
      expect(await store().apiKeys.findLive(replacement.hash, NOW)).toEqual({
        key: replacement,
        account: null,
      });
    });

    it('accepts keys of a user up to the limit, also in simultaneous requests', async () => {
      const user = account();
      await store().accounts.create(user);
      const outcomes = await atOnce(20, () =>
        store().apiKeys.create(apiKey({ accountId: user.id }), { mostPerAccount: 3 }),
      );
      expect(countOf(outcomes, 'created')).toBe(3);
      expect(countOf(outcomes, 'accountFull')).toBe(17);
      const { items } = await store().apiKeys.list({ limit: 50, after: null }, user.id);
      expect(items).toHaveLength(3);
      // Keys of the deployment do not count.
      expect(await store().apiKeys.create(apiKey(), { mostPerAccount: 0 })).toBe('accountFull');
      expect(await store().apiKeys.create(apiKey(), { mostPerAccount: 1 })).toBe('created');
    });

    it('lists one user’s keys or all, newest first, page by page', async () => {
      const user = account();
      await store().accounts.create(user);
      const keys = [0, 1, 1, 2, 3].map((age) => apiKey({ accountId: user.id, createdAt: NOW - age }));
      for (const key of keys) await store().apiKeys.create(key);
      const seen: ApiKeyRecord[] = [];
      for (let after = null, more = true; more; ) {
        const page = await store().apiKeys.list({ limit: 2, after }, user.id);
        seen.push(...page.items);
        more = page.next !== null;
        after = page.next as never;
      }
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(keys.map(({ id }) => id)));
      expect(seen.map(({ createdAt }) => NOW - createdAt)).toEqual([0, 1, 1, 2, 3]);
      const everybodys = await store().apiKeys.list({ limit: 50, after: null });
      expect(everybodys.items.length).toBeGreaterThan(5);
    });

    it('renames the current key, and writes the event in the same unit', async () => {
      const key = apiKey();
      await store().apiKeys.create(key, { note: ({ id }) => event('api_key.created', id) });
      const renamed = await store().apiKeys.rename(
        key.id,
        ({ name }) => `${name} 2`,
        ({ id }) => event('api_key.updated', id),
      );
      expect(renamed).toEqual({ ...key, name: 'CI 2' });
      expect(await store().apiKeys.find(key.id)).toEqual(renamed);
      expect((await eventsAbout(key.id)).map(({ type }) => type).toSorted()).toEqual([
        'api_key.created',
        'api_key.updated',
      ]);
      expect(await store().apiKeys.rename('none', () => 'x')).toBe('missing');
    });

    it('leaves a key unchanged if its new name or its deletion is refused', async () => {
      const key = apiKey();
      await store().apiKeys.create(key);
      const refuse = () => {
        throw new RangeError('refused');
      };
      const note = ({ id }: ApiKeyRecord) => event('api_key.updated', id);
      await expect(store().apiKeys.rename(key.id, refuse, note)).rejects.toThrow(RangeError);
      await expect(store().apiKeys.rename(key.id, () => 'x', refuse)).rejects.toThrow(RangeError);
      await expect(store().apiKeys.delete(key.id, refuse)).rejects.toThrow(RangeError);
      expect(await store().apiKeys.find(key.id)).toEqual(key);
      expect(await eventsAbout(key.id)).toEqual([]);
    });

    it('loses no name of many simultaneous changes', async () => {
      const key = apiKey({ name: '' });
      await store().apiKeys.create(key);
      await atOnce(20, () => store().apiKeys.rename(key.id, ({ name }) => `${name}x`));
      expect((await store().apiKeys.find(key.id))?.name).toBe('x'.repeat(20));
    });

    it('records a use only if none was recorded after a time', async () => {
      const key = apiKey();
      await store().apiKeys.create(key);
      const lastUsed = async () => (await store().apiKeys.find(key.id))?.lastUsedAt;
      await store().apiKeys.touch(key.id, NOW, NOW - 60);
      expect(await lastUsed()).toBe(NOW);
      await store().apiKeys.touch(key.id, NOW + 59, NOW - 1);
      expect(await lastUsed()).toBe(NOW);
      await store().apiKeys.touch(key.id, NOW + 60, NOW);
      expect(await lastUsed()).toBe(NOW + 60);
    });

    it('deletes a key, and reports an unknown one', async () => {
      const key = apiKey();
      await store().apiKeys.put(key);
      const outcomes = await atOnce(5, () =>
        store().apiKeys.delete(key.id, ({ id }) => event('api_key.deleted', id)),
      );
      expect(countOf(outcomes, 'deleted')).toBe(1);
      expect(countOf(outcomes, 'missing')).toBe(4);
      expect(await store().apiKeys.findLive(key.hash, NOW)).toBeUndefined();
      expect(await eventsAbout(key.id)).toHaveLength(1);
    });
  });
}
