import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AccountRecord, ExternalIdentityRecord, Store } from '../../src/storage/ports/index.js';
import { account, atOnce, countOf, NOW, passkeyOf } from './fixtures.js';

function identityOf(
  { id }: AccountRecord,
  fields: Partial<ExternalIdentityRecord> = {},
): ExternalIdentityRecord {
  return {
    provider: 'example',
    subject: randomUUID(),
    accountId: id,
    label: 'ada@example.com',
    managesProfile: true,
    createdAt: NOW,
    lastUsedAt: NOW,
    ...fields,
  };
}

const MOST = 3;

const withoutPasskeys = { passkeys: false };

export function externalIdentitiesContract(store: () => Store): void {
  describe('external identities', () => {
    let ada: AccountRecord;
    beforeAll(async () => {
      ada = account();
      await store().accounts.create(ada);
    });

    /** An account without a password and with one identity. */
    async function createWithIdentity(): Promise<ExternalIdentityRecord> {
      const created = account({ passwordHash: null });
      const identity = identityOf(created);
      expect(await store().externalIdentities.createAccount(created, identity)).toBe('created');
      return identity;
    }

    it('returns an identity as it was written, with its account', async () => {
      const created = account();
      const identity = identityOf(created, { label: null });
      expect(await store().externalIdentities.createAccount(created, identity)).toBe('created');
      const { provider, subject } = identity;
      expect(await store().externalIdentities.find(provider, subject)).toEqual({
        identity,
        account: created,
      });
      expect(await store().externalIdentities.find('other', subject)).toBeUndefined();
      expect(await store().externalIdentities.list(created.id)).toEqual([identity]);
    });

    it('creates no account for an identity of another account, nor for a login of another account', async () => {
      const identity = await createWithIdentity();
      const second = account();
      const { externalIdentities: identities } = store();
      expect(await identities.createAccount(second, { ...identity, accountId: second.id })).toBe(
        'identityTaken',
      );
      const third = account({ email: ada.email });
      expect(await identities.createAccount(third, identityOf(third))).toBe('loginTaken');
      for (const { id, username } of [second, third]) {
        expect(await store().accounts.find(id)).toBeUndefined();
        expect(await store().accounts.findByLogin(username)).toBeUndefined();
      }
    });

    it('creates one account when one user signs in for the first time in several windows at once', async () => {
      const subject = randomUUID();
      const outcomes = await atOnce(8, () => {
        const created = account();
        return store().externalIdentities.createAccount(created, identityOf(created, { subject }));
      });
      expect(countOf(outcomes, 'created')).toBe(1);
      expect(countOf(outcomes, 'identityTaken')).toBe(7);
    });

    it('links one identity to one of several accounts that try at once', async () => {
      const subject = randomUUID();
      const accounts = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const other = account();
          await store().accounts.create(other);
          return other;
        }),
      );
      const outcomes = await atOnce(5, (index) =>
        store().externalIdentities.link(identityOf(accounts[index] ?? ada, { subject }), MOST),
      );
      expect(countOf(outcomes, 'linked')).toBe(1);
      expect(countOf(outcomes, 'taken')).toBe(4);
    });

    it('links no more identities than allowed, also at once', async () => {
      const other = account();
      await store().accounts.create(other);
      const outcomes = await atOnce(6, () => store().externalIdentities.link(identityOf(other), MOST));
      expect(countOf(outcomes, 'linked')).toBe(MOST);
      expect(countOf(outcomes, 'tooMany')).toBe(6 - MOST);
      expect(await store().externalIdentities.list(other.id)).toHaveLength(MOST);
      expect(await store().externalIdentities.link(identityOf(account()), MOST)).toBe('missing');
    });

    it('keeps the time of the last use, and the label at that time', async () => {
      const identity = await createWithIdentity();
      const used = { ...identity, label: 'ada@new.example', lastUsedAt: NOW + 5 };
      await store().externalIdentities.used(used);
      expect(await store().externalIdentities.list(identity.accountId)).toEqual([used]);
    });

    it('unlinks an identity of the account that has it, unless it is the last way to sign in', async () => {
      const identity = await createWithIdentity();
      const { accountId, provider, subject } = identity;
      const { externalIdentities: identities } = store();
      expect(await identities.unlink(ada.id, { provider, subject }, withoutPasskeys)).toBe('missing');
      expect(await identities.unlink(accountId, { provider, subject }, withoutPasskeys)).toBe('lastWayIn');
      expect((await identities.find(provider, subject))?.identity).toEqual(identity);

      expect(await identities.link({ ...identity, subject: randomUUID() }, MOST)).toBe('linked');
      expect(await identities.unlink(accountId, { provider, subject }, withoutPasskeys)).toBe('unlinked');
      expect(await identities.find(provider, subject)).toBeUndefined();
    });

    it('counts a passkey as a way to sign in where users can sign in with one, and keeps the last one', async () => {
      const { accountId, provider, subject } = await createWithIdentity();
      const { externalIdentities: identities, passkeys } = store();
      const passkey = passkeyOf(accountId);
      await passkeys.add(passkey, 5);
      expect(await identities.unlink(accountId, { provider, subject }, withoutPasskeys)).toBe('lastWayIn');
      expect(await identities.unlink(accountId, { provider, subject }, { passkeys: true })).toBe('unlinked');
      expect(await passkeys.remove(passkey.id, accountId)).toBe('lastWayIn');
      expect(await passkeys.listOf(accountId)).toEqual([passkey]);
      const second = passkeyOf(accountId);
      await passkeys.add(second, 5);
      expect(await passkeys.remove(passkey.id, accountId)).toEqual(passkey);
    });

    it('leaves one way to sign in when all are unlinked at once', async () => {
      const identity = await createWithIdentity();
      const second = { ...identity, subject: randomUUID() };
      await store().externalIdentities.link(second, MOST);
      const outcomes = await atOnce(2, (index) => {
        const { accountId, provider, subject } = index === 0 ? identity : second;
        return store().externalIdentities.unlink(accountId, { provider, subject }, withoutPasskeys);
      });
      expect(outcomes.toSorted()).toEqual(['lastWayIn', 'unlinked']);
    });

    it('deletes the identities with their account', async () => {
      const identity = await createWithIdentity();
      expect(await store().accounts.delete(identity.accountId, NOW)).toBe('deleted');
      expect(await store().externalIdentities.find(identity.provider, identity.subject)).toBeUndefined();
    });
  });
}
