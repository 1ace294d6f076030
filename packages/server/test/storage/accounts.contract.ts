import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountRecord, Page, PageRequest, Store } from '../../src/storage/ports/index.js';
import {
  account,
  atOnce,
  client,
  consentTo,
  countOf,
  fromSession,
  NOW,
  pending,
  seed,
  seedGrant,
  sessionOf,
  signIn,
} from './fixtures.js';

export function accountsContract(store: () => Store): void {
  describe('accounts', () => {
    it('returns an account as it was written', async () => {
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

    it('finds no account for an unknown ID or login', async () => {
      expect(await store().accounts.find('unknown')).toBeUndefined();
      expect(await store().accounts.findByLogin('unknown')).toBeUndefined();
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
        "another user's email address as username",
        (taken: ReturnType<typeof account>) => ({ username: taken.email ?? '' }),
      ],
      [
        "another user's username as email address",
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

    it('gives a username to one of many simultaneous requests', async () => {
      const username = randomUUID();
      const outcomes = await atOnce(20, () => store().accounts.create(account({ username })));
      expect(countOf(outcomes, 'created')).toBe(1);
      expect(countOf(outcomes, 'usernameTaken')).toBe(19);
    });

    it('changes the account and its logins', async () => {
      const written = account();
      await store().accounts.create(written);
      const changes = {
        username: `new-${written.username}`,
        email: null,
        emailVerified: false,
        name: 'Augusta',
        givenName: null,
        familyName: 'King',
        claims: { nickname: 'Ada' },
        passwordHash: 'new',
        isAdmin: false,
        disabledAt: NOW + 5,
        updatedAt: NOW + 5,
      };
      const changed = { ...written, ...changes };
      expect(await store().accounts.update(written.id, () => changes)).toEqual(changed);
      expect(await store().accounts.find(written.id)).toEqual(changed);
      expect(await store().accounts.findByLogin(changes.username)).toEqual(changed);
      expect(await store().accounts.findByLogin(written.username)).toBeUndefined();
      expect(await store().accounts.findByLogin(written.email ?? '')).toBeUndefined();
      expect(await store().accounts.update('unknown', () => changes)).toBe('missing');
    });

    it('leaves an account unchanged if the change is empty, fails, or takes the name of another account', async () => {
      const [written, other] = [account(), account()];
      await store().accounts.create(written);
      await store().accounts.create(other);
      const { accounts } = store();
      expect(await accounts.update(written.id, () => undefined)).toEqual(written);
      const failing = accounts.update(written.id, () => {
        throw new Error('changed meanwhile');
      });
      await expect(failing).rejects.toThrow('changed meanwhile');
      expect(
        await accounts.update(written.id, () => ({ username: other.email ?? '', updatedAt: NOW + 1 })),
      ).toBe('usernameTaken');
      expect(await store().accounts.find(written.id)).toEqual(written);
      expect(await store().accounts.findByLogin(written.username)).toEqual(written);
    });

    it.each(['disables', 'enables'])('ends sessions and grants if it %s an account', async (turn) => {
      const { grant } = await seedGrant(store());
      const { accountId } = grant;
      const enabled = turn === 'enables';
      await store().accounts.update(accountId, () => ({ disabledAt: enabled ? NOW : null, updatedAt: NOW }));
      const signedIn = sessionOf(accountId);
      await store().sessions.create(signedIn);
      const owner = { accountId, clientId: grant.clientId };
      const late = pending(owner, { grant: { origin: fromSession(signedIn.id) } });
      await store().grants.create(late);
      const disabledAt = enabled ? null : NOW + 1;
      await store().accounts.update(accountId, () => ({ disabledAt, updatedAt: NOW + 1 }));
      expect((await store().grants.find(late.grant.id))?.grant.revokedAt).toBe(NOW + 1);
      expect(await store().sessions.end(signedIn.tokenHash, NOW + 1)).toBeUndefined();
    });

    it('ends sessions with a new password, and keeps grants', async () => {
      const owner = await seed(store());
      const signedIn = sessionOf(owner.accountId);
      await store().sessions.create(signedIn);
      const kept = pending(owner, {
        grant: { origin: fromSession(signedIn.id), scopes: ['openid', 'offline_access'] },
      });
      await store().grants.create(kept);
      await store().accounts.update(owner.accountId, () => ({ passwordHash: 'new', updatedAt: NOW }));
      expect(await store().sessions.find(signedIn.tokenHash, NOW)).toBeUndefined();
      expect((await store().grants.find(kept.grant.id))?.grant.revokedAt).toBeNull();
    });

    it('lists accounts newest first, without gaps or repetitions between pages', async () => {
      const times = [3, 1, 2, 2, 2].map((offset) => NOW + 1_000_000 + offset);
      const written = times.map((createdAt) => account({ createdAt }));
      for (const each of written) await store().accounts.create(each);
      const seen: string[] = [];
      let after: PageRequest['after'] = null;
      do {
        const page: Page<AccountRecord> = await store().accounts.list({ limit: 2, after });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== null && seen.length < written.length);
      const expected = written.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
      expect(seen.slice(0, written.length)).toEqual(expected.map(({ id }) => id));
    });

    it('deletes an account with its sessions, grants and keys, and suspends the apps that it registered', async () => {
      const { grant, code } = await seedGrant(store());
      const id = grant.accountId;
      await store().consents.add(id, grant.clientId, consentTo(['openid']), NOW);
      const [own, bystander] = [client({ createdBy: id }), client({ createdBy: 'another user' })];
      for (const app of [own, bystander]) await store().clients.create(app);
      const other = account();
      await store().accounts.create(other);
      await signIn(store(), other.id);
      const granted = pending({ accountId: other.id, clientId: own.id });
      await store().grants.create(granted);
      const username = (await store().accounts.find(id))?.username ?? '';
      const failing = store().accounts.delete(id, NOW + 1, () => {
        throw new Error('changed meanwhile');
      });
      await expect(failing).rejects.toThrow('changed meanwhile');
      expect(await store().clients.find(own.id)).toEqual(own);

      expect(await store().accounts.delete(id, NOW + 1)).toBe('deleted');
      expect(await store().accounts.find(id)).toBeUndefined();
      expect(await store().accounts.findByLogin(username)).toBeUndefined();
      expect(await store().grants.findCode(code.hash)).toBeUndefined();
      expect(await store().consents.find(id, grant.clientId)).toEqual([]);
      expect(await store().clients.find(own.id)).toEqual({
        ...own,
        enabled: false,
        isSuspended: true,
        credentialsVersion: own.credentialsVersion + 1,
        updatedAt: NOW + 1,
      });
      expect((await store().grants.find(granted.grant.id))?.grant.revokedAt).toBe(NOW + 1);
      expect(await store().clients.find(bystander.id)).toEqual(bystander);
      expect(await store().accounts.delete(id, NOW + 1)).toBe('missing');
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

    it.each(['\0', 'ada\0', '\ud800', ''])('finds no account for %j and does not fail', async (login) => {
      expect(await store().accounts.findByLogin(login)).toBeUndefined();
    });
  });

  describe('sessions', () => {
    it('returns a live session and its account', async () => {
      const user = account();
      const written = sessionOf(user.id);
      await store().accounts.create(user);
      await store().sessions.create(written);
      expect(await store().sessions.find(written.tokenHash, NOW + 99)).toEqual({
        session: written,
        account: user,
      });
    });

    it('returns no session that has expired, for its ID in place of the cookie, or for an unknown cookie', async () => {
      const user = account();
      const written = sessionOf(user.id);
      await store().accounts.create(user);
      await store().sessions.create(written);
      expect(await store().sessions.find(written.tokenHash, NOW + 100)).toBeUndefined();
      expect(await store().sessions.find(written.id, NOW)).toBeUndefined();
      expect(await store().sessions.find('unknown', NOW)).toBeUndefined();
    });

    it('returns no session of a disabled account', async () => {
      const user = account();
      const written = sessionOf(user.id);
      await store().accounts.create(user);
      await store().sessions.create(written);
      await store().accounts.update(user.id, () => ({ disabledAt: NOW, updatedAt: NOW }));
      expect(await store().sessions.find(written.tokenHash, NOW)).toBeUndefined();
    });

    it('refuses a session of an unknown account', async () => {
      await expect(store().sessions.create(sessionOf('unknown'))).rejects.toThrow();
    });

    it('ends a session once', async () => {
      const user = account();
      const written = sessionOf(user.id);
      await store().accounts.create(user);
      await store().sessions.create(written);
      expect(await store().sessions.end(written.tokenHash, NOW)).toEqual({
        session: written,
        clients: [],
        providerSession: undefined,
      });
      expect(await store().sessions.end(written.tokenHash, NOW)).toBeUndefined();
      expect(await store().sessions.find(written.tokenHash, NOW)).toBeUndefined();
    });
  });
}
