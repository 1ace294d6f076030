import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/ports/index.js';
import { account, atOnce, countOf, NOW } from './fixtures.js';

const session = (accountId: string) => ({
  id: randomUUID(),
  tokenHash: randomUUID(),
  accountId,
  authTime: NOW - 10,
  expiresAt: NOW + 100,
});

export function accountsContract(store: () => Store): void {
  describe('accounts', () => {
    it('gives back an account as it was written', async () => {
      const full = account({ isAdmin: true, disabledAt: NOW - 1 });
      const sparse = account({ email: null, givenName: null, familyName: null, passwordHash: null });
      for (const written of [full, sparse]) {
        expect(await store().accounts.create(written)).toBe('created');
        expect(await store().accounts.find(written.id)).toEqual(written);
      }
    });

    it('finds an account by its username and by its email address', async () => {
      const written = account();
      await store().accounts.create(written);
      expect(await store().accounts.findByLogin(written.username)).toEqual(written);
      expect(await store().accounts.findByLogin(written.email ?? '')).toEqual(written);
    });

    it('finds nobody under an id or a login that nobody has', async () => {
      expect(await store().accounts.find('nobody')).toBeUndefined();
      expect(await store().accounts.findByLogin('nobody')).toBeUndefined();
    });

    it('lets one account use its email address as its username', async () => {
      const login = `${randomUUID()}@example.com`;
      const written = account({ username: login, email: login });
      expect(await store().accounts.create(written)).toBe('created');
      expect(await store().accounts.findByLogin(login)).toEqual(written);
    });

    it.each([
      ['the same username', (taken: ReturnType<typeof account>) => ({ username: taken.username })],
      ['the same email address', (taken: ReturnType<typeof account>) => ({ email: taken.email })],
      [
        "somebody's email address as username",
        (taken: ReturnType<typeof account>) => ({ username: taken.email ?? '' }),
      ],
      [
        "somebody's username as email address",
        (taken: ReturnType<typeof account>) => ({ email: taken.username }),
      ],
    ])('refuses a second account with %s and writes nothing of it', async (_, claim) => {
      const taken = account();
      await store().accounts.create(taken);
      const second = account(claim(taken));
      expect(await store().accounts.create(second)).toBe('usernameTaken');
      expect(await store().accounts.find(second.id)).toBeUndefined();
      // The login that was still free is still free.
      const free = second.username === taken.username ? second.email : second.username;
      expect((await store().accounts.findByLogin(free ?? ''))?.id).not.toBe(second.id);
      expect(await store().accounts.findByLogin(taken.username)).toEqual(taken);
    });

    it('gives a username to one of many who ask for it at once', async () => {
      const username = randomUUID();
      const outcomes = await atOnce(20, () => store().accounts.create(account({ username })));
      expect(countOf(outcomes, 'created')).toBe(1);
      expect(countOf(outcomes, 'usernameTaken')).toBe(19);
    });

    it('changes a password and when the account was updated', async () => {
      const written = account();
      await store().accounts.create(written);
      expect(await store().accounts.setPassword(written.id, 'new', NOW + 5)).toBe('changed');
      const changed = { ...written, passwordHash: 'new', updatedAt: NOW + 5 };
      expect(await store().accounts.find(written.id)).toEqual(changed);
      expect(await store().accounts.setPassword('nobody', 'new', NOW)).toBe('missing');
    });

    it('disables and enables an account', async () => {
      const written = account();
      await store().accounts.create(written);
      expect(await store().accounts.setDisabled(written.id, NOW + 7, NOW + 7)).toBe('changed');
      expect(await store().accounts.find(written.id)).toMatchObject({
        disabledAt: NOW + 7,
        updatedAt: NOW + 7,
      });
      expect(await store().accounts.setDisabled(written.id, null, NOW + 8)).toBe('changed');
      expect(await store().accounts.find(written.id)).toMatchObject({ disabledAt: null, updatedAt: NOW + 8 });
      expect(await store().accounts.setDisabled('nobody', NOW, NOW)).toBe('missing');
    });

    it.each([
      ['quotes', `O'Brien "Bob" \\ ; DROP TABLE accounts; -- $1 ? :name %`],
      ['emoji and other 4-byte characters', '👩🏽‍🚀 𝔊𝔯𝔞𝔫𝔱𝔬𝔯 𠮷野家'],
      ['combining and right-to-left characters', 'e\u0301 שלום \u202e العربية'],
      ['line breaks and tabs', 'a\r\n\tb'],
    ])('keeps text with %s as it is', async (_, text) => {
      const written = account({ name: text, username: `${text}${randomUUID()}` });
      await store().accounts.create(written);
      expect(await store().accounts.findByLogin(written.username)).toEqual(written);
    });

    it.each(['\0', 'ada\0', '\ud800', ''])('finds nobody under %j and does not fail', async (login) => {
      expect(await store().accounts.findByLogin(login)).toBeUndefined();
    });
  });

  describe('sessions', () => {
    it('gives a live session together with its account', async () => {
      const person = account();
      const written = session(person.id);
      await store().accounts.create(person);
      await store().sessions.create(written);
      expect(await store().sessions.find(written.tokenHash, NOW + 99)).toEqual({
        session: written,
        account: person,
      });
    });

    it('gives no session that has expired, by its name, or that nobody has', async () => {
      const person = account();
      const written = session(person.id);
      await store().accounts.create(person);
      await store().sessions.create(written);
      expect(await store().sessions.find(written.tokenHash, NOW + 100)).toBeUndefined();
      expect(await store().sessions.find(written.id, NOW)).toBeUndefined();
      expect(await store().sessions.find('nobody', NOW)).toBeUndefined();
    });

    it('gives no session of a disabled account', async () => {
      const person = account();
      const written = session(person.id);
      await store().accounts.create(person);
      await store().sessions.create(written);
      await store().accounts.setDisabled(person.id, NOW, NOW);
      expect(await store().sessions.find(written.tokenHash, NOW)).toBeUndefined();
    });

    it('refuses a session of nobody', async () => {
      await expect(store().sessions.create(session('nobody'))).rejects.toThrow();
    });

    it('ends a session once', async () => {
      const person = account();
      const written = session(person.id);
      await store().accounts.create(person);
      await store().sessions.create(written);
      expect(await store().sessions.end(written.tokenHash, NOW)).toEqual({ session: written, clients: [] });
      expect(await store().sessions.end(written.tokenHash, NOW)).toBeUndefined();
      expect(await store().sessions.find(written.tokenHash, NOW)).toBeUndefined();
    });
  });
}
