import { describe, expect, it } from 'vitest';
import {
  AccountChanged,
  type AuditEvent,
  type EndedSession,
  type Store,
} from '../../src/storage/ports/index.js';
import { account, type Backend, NOW, sessionOf } from './fixtures.js';
import { signedInRows, upgraded } from './upgrade.js';

export function sessionsContract(store: () => Store, backend: Backend): void {
  describe('sessions of an account', () => {
    async function addUser(): Promise<string> {
      const user = account();
      await store().accounts.create(user);
      return user.id;
    }

    async function add(accountId: string, fields: Parameters<typeof sessionOf>[1] = {}) {
      const added = sessionOf(accountId, fields);
      await store().sessions.create(added);
      return added;
    }

    const list = (accountId: string, limit = 10) => store().sessions.listOfAccount(accountId, NOW, limit);

    it('lists the live ones, the last visited first, up to the limit', async () => {
      const user = await addUser();
      await add(await addUser());
      const first = await add(user, { lastSeenAt: NOW - 20 });
      const second = await add(user, { lastSeenAt: NOW - 10, device: { browser: null, system: null } });
      await add(user, { expiresAt: NOW });
      expect(await list(user)).toEqual([second, first]);
      expect(await list(user, 1)).toEqual([second]);
    });

    it('records a visit and the new expiry, unless a later one than the bound is recorded', async () => {
      const user = await addUser();
      const { tokenHash } = await add(user, { lastSeenAt: NOW, expiresAt: NOW + 100 });
      const visit = { lastSeenAt: NOW + 30, expiresAt: NOW + 130 };
      await store().sessions.touch(tokenHash, visit, NOW - 1);
      expect(await list(user)).toMatchObject([{ lastSeenAt: NOW, expiresAt: NOW + 100 }]);
      await store().sessions.touch(tokenHash, visit, NOW);
      expect(await list(user)).toMatchObject([visit]);
    });

    it('does not record a visit with a cookie that was renewed meanwhile', async () => {
      const user = await addUser();
      const { tokenHash, id, createdAt, ...known } = await add(user);
      const next = { ...known, tokenHash: `next of ${id}`, expiresAt: NOW + 500, endsAt: NOW + 500 };
      await store().sessions.renew(tokenHash, next);
      await store().sessions.touch(tokenHash, { lastSeenAt: NOW + 9, expiresAt: NOW + 10 }, NOW + 9);
      expect(await list(user)).toEqual([{ ...next, id, createdAt }]);
    });

    it('does not begin with a password that has changed since, or for a disabled account', async () => {
      const { accounts, sessions } = store();
      const user = account({ passwordHash: 'old' });
      await accounts.create(user);
      const open = (passwordHash: string | null) =>
        sessions.create(sessionOf(user.id), undefined, undefined, { passwordHash });
      await open('old');
      await Promise.allSettled([
        ...Array.from({ length: 4 }, () => open('old')),
        accounts.update(user.id, () => ({ ...user, passwordHash: 'new' })),
        ...Array.from({ length: 4 }, () => open('old')),
      ]);
      expect(await list(user.id)).toEqual([]);
      await expect(open('old')).rejects.toThrow(AccountChanged);
      await open('new');
      await accounts.update(user.id, () => ({ ...user, passwordHash: 'new', disabledAt: NOW }));
      await expect(open('new')).rejects.toThrow(AccountChanged);
      expect(await list(user.id)).toEqual([]);
    });

    it('ends one by its ID, only for its own account, and notes it', async () => {
      const [user, other] = [await addUser(), await addUser()];
      const { id } = await add(user);
      const noted: string[] = [];
      const note = (ended: EndedSession): AuditEvent | undefined => {
        noted.push(ended.session.id);
        return undefined;
      };
      expect(await store().sessions.endById(other, id, NOW, note)).toBeUndefined();
      expect(await list(user)).toHaveLength(1);
      expect((await store().sessions.endById(user, id, NOW, note))?.session.id).toBe(id);
      expect(await store().sessions.endById(user, id, NOW, note)).toBeUndefined();
      expect(await list(user)).toEqual([]);
      expect(noted).toEqual([id]);
    });

    it('ends all others and keeps one', async () => {
      const [user, other] = [await addUser(), await addUser()];
      const kept = await add(user);
      const ended = [await add(user), await add(user)];
      const foreign = await add(other);
      const outcome = await store().sessions.endOthers(user, kept.id, NOW);
      expect(outcome.map((one) => one.session.id).toSorted()).toEqual(ended.map(({ id }) => id).toSorted());
      expect(await list(user)).toEqual([kept]);
      expect(await list(other)).toEqual([foreign]);
    });
  });

  it('keeps the sessions of older versions, with their sign-in as their only visit', async () => {
    const older = await upgraded(backend, 'visits-of-sessions', signedInRows);
    expect(await older.sessions.listOfAccount('ada', NOW, 10)).toEqual([
      expect.objectContaining({
        id: 'sid',
        createdAt: NOW,
        lastSeenAt: NOW,
        device: { browser: null, system: null },
        address: null,
        expiresAt: NOW + 60,
        endsAt: NOW + 60,
      }),
    ]);
    await older.close();
  });
}
