import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountRecord, AccountToImport, ImportProgress, Store } from '../../src/storage/ports/index.js';
import { account, atOnce, NOW } from './fixtures.js';

const progressOf = (records: number): ImportProgress => ({
  records,
  created: records,
  updated: 0,
  skipped: 0,
  refused: 0,
});

export function importsContract(store: () => Store): void {
  const toImport = (
    record: AccountRecord,
    changes: AccountToImport['changes'] = () => undefined,
  ): AccountToImport => ({ account: record, changes, note: () => undefined });
  const commit = (
    users: readonly AccountToImport[],
    existing: 'skip' | 'update' | 'refuse' = 'skip',
    id: string = randomUUID(),
  ) => store().imports.commit(id, users, existing, ({ length }) => progressOf(length), NOW);

  describe('imports of users', () => {
    it('create the accounts with their logins, and keep the progress until they finish', async () => {
      const [id, users] = [randomUUID(), Array.from({ length: 45 }, () => account())];
      expect(await store().imports.progress(id)).toBeUndefined();
      expect(
        await commit(
          users.map((each) => toImport(each)),
          'skip',
          id,
        ),
      ).toEqual(Array(45).fill('created'));
      for (const each of users.slice(0, 3)) {
        expect(await store().accounts.findByLogin(each.username)).toEqual(each);
        expect(await store().accounts.findByLogin(each.email ?? '')).toEqual(each);
      }
      expect(await store().imports.progress(id)).toEqual(progressOf(45));
      await store().imports.finish(id);
      expect(await store().imports.progress(id)).toBeUndefined();
    });

    it('skip, refuse or change the accounts that exist', async () => {
      const known = account({ isAdmin: false });
      await store().accounts.create(known);
      const same = toImport(account({ username: known.username, email: null }), () => ({
        name: 'Changed',
        updatedAt: NOW + 1,
      }));
      for (const [existing, outcome] of [
        ['skip', 'skipped'],
        ['refuse', 'refused'],
      ] as const) {
        expect(await store().imports.preview([same], existing)).toEqual([outcome]);
        expect(await commit([same], existing)).toEqual([outcome]);
        expect(await store().accounts.find(known.id)).toEqual(known);
      }
      expect(await store().imports.preview([same], 'update')).toEqual(['updated']);
      expect(await store().accounts.find(known.id)).toEqual(known);
      expect(await commit([same], 'update')).toEqual(['updated']);
      expect(await store().accounts.find(known.id)).toMatchObject({
        name: 'Changed',
        username: known.username,
      });
      const refused = toImport(same.account, () => 'administrator');
      expect(await commit([refused], 'update')).toEqual(['administrator']);
      expect(await commit([toImport(same.account)], 'update')).toEqual(['skipped']);
    });

    it('refuse a user with the username of one account and the email address of another', async () => {
      const [one, two] = [account(), account()];
      await store().accounts.create(one);
      await store().accounts.create(two);
      const mixed = toImport(account({ username: one.username, email: two.email }), () => ({
        updatedAt: NOW,
      }));
      expect(await commit([mixed], 'update')).toEqual(['ambiguous']);
    });

    it('create each user once, if many imports run side by side', async () => {
      const users = Array.from({ length: 5 }, () => account());
      const outcomes = await atOnce(6, () =>
        commit(users.map((each) => toImport({ ...each, id: randomUUID() }))),
      );
      expect(outcomes.flat().filter((outcome) => outcome === 'created')).toHaveLength(5);
      expect(outcomes.flat().filter((outcome) => outcome === 'skipped')).toHaveLength(25);
    });

    it('write nothing of a batch that fails, its progress included', async () => {
      const [id, written] = [randomUUID(), account()];
      const failing = store().imports.commit(
        id,
        [toImport(written)],
        'skip',
        () => {
          throw new Error('stopped');
        },
        NOW,
      );
      await expect(failing).rejects.toThrow('stopped');
      expect(await store().accounts.find(written.id)).toBeUndefined();
      expect(await store().imports.progress(id)).toBeUndefined();
    });
  });

  describe('hashes of other systems', () => {
    it('are listed by scheme as long as an account has one', async () => {
      const schemes = () => store().accounts.importedSchemes();
      const before = await schemes();
      const [first, second] = [account(), account()].map((each, index) => ({
        ...each,
        passwordHash: `imported:contract,${index}:hash`,
      }));
      if (first === undefined || second === undefined) throw new Error('no accounts');
      await store().accounts.create(first);
      await store().accounts.create(second);
      expect(await schemes()).toEqual([...before, 'contract,0', 'contract,1'].toSorted());
      expect(await store().accounts.replacePasswordHash(first.id, 'another', 'new')).toBe('changed');
      expect(await store().accounts.replacePasswordHash(first.id, first.passwordHash, 'new')).toBe(
        'replaced',
      );
      expect((await store().accounts.find(first.id))?.passwordHash).toBe('new');
      await store().accounts.delete(second.id, NOW);
      expect(await schemes()).toEqual(before);
    });
  });
}
