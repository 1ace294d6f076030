import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RememberedDeviceRecord, Store } from '../../src/storage/ports/index.js';
import { account, atOnce, countOf, NOW, passkeyOf } from './fixtures.js';

const deviceOf = (
  accountId: string,
  fields: Partial<RememberedDeviceRecord> = {},
): RememberedDeviceRecord => ({
  id: randomUUID(),
  accountId,
  tokenHash: randomUUID(),
  name: 'Chrome, Linux',
  createdAt: NOW,
  expiresAt: NOW + 100,
  ...fields,
});

const totpOf = (accountId: string) => ({ accountId, sealedKey: 'sealed', lastStep: 10, createdAt: NOW });

const nothing = { hasTotp: false, passkeys: 0, recoveryCodes: 0 };

export function factorsContract(store: () => Store): void {
  const addAccount = async () => {
    const user = account();
    await store().accounts.create(user);
    return user;
  };

  describe('passkeys', () => {
    it('are found with their user, unless the account is disabled', async () => {
      const user = await addAccount();
      const passkey = passkeyOf(user.id);
      expect(await store().passkeys.add(passkey, 5)).toBe('added');
      expect(await store().passkeys.find(passkey.id)).toEqual({ passkey, account: user });
      await store().accounts.update(user.id, () => ({ disabledAt: NOW, updatedAt: NOW }));
      expect(await store().passkeys.find(passkey.id)).toBeUndefined();
    });

    it('are added once, to existing accounts, up to the most of an account', async () => {
      const [user, other] = [await addAccount(), await addAccount()];
      const passkey = passkeyOf(user.id);
      await store().passkeys.add(passkey, 3);
      expect(await store().passkeys.add({ ...passkey, accountId: other.id }, 3)).toBe('known');
      expect(await store().passkeys.add(passkeyOf('unknown'), 3)).toBe('missing');
      const outcomes = await atOnce(5, () => store().passkeys.add(passkeyOf(user.id), 3));
      expect(countOf(outcomes, 'added')).toBe(2);
      expect(countOf(outcomes, 'accountFull')).toBe(3);
      expect(await store().passkeys.listOf(user.id)).toHaveLength(3);
    });

    it('are used with a growing counter, once for each value (WebAuthn Level 3 §7.2)', async () => {
      const user = await addAccount();
      const passkey = passkeyOf(user.id, { counter: 4 });
      await store().passkeys.add(passkey, 5);
      const use = { counter: 5, backedUp: true, now: NOW + 1 };
      const outcomes = await atOnce(8, () => store().passkeys.use(passkey.id, use));
      expect(countOf(outcomes, 'used')).toBe(1);
      expect(await store().passkeys.use(passkey.id, { ...use, counter: 0 })).toBe('notNewer');
      const [used] = await store().passkeys.listOf(user.id);
      expect(used).toEqual({ ...passkey, counter: 5, backedUp: true, lastUsedAt: NOW + 1 });
    });

    it('can be used any number of times with an authenticator that has no counter', async () => {
      const user = await addAccount();
      const passkey = passkeyOf(user.id);
      await store().passkeys.add(passkey, 5);
      const use = { counter: 0, backedUp: true, now: NOW };
      expect(await store().passkeys.use(passkey.id, use)).toBe('used');
      expect(await store().passkeys.use(passkey.id, use)).toBe('used');
    });

    it('are renamed and removed by their owner only', async () => {
      const [user, other] = [await addAccount(), await addAccount()];
      const passkey = passkeyOf(user.id);
      await store().passkeys.add(passkey, 5);
      expect(await store().passkeys.rename(passkey.id, other.id, 'Mine')).toBe('missing');
      expect(await store().passkeys.remove(passkey.id, other.id)).toBe('missing');
      expect(await store().passkeys.rename(passkey.id, user.id, 'Laptop')).toMatchObject({ name: 'Laptop' });
      expect(await store().passkeys.remove(passkey.id, user.id)).toMatchObject({ name: 'Laptop' });
      expect(await store().passkeys.listOf(user.id)).toEqual([]);
    });
  });

  describe('keys of authenticator apps', () => {
    it('are added to an account that has none', async () => {
      const user = await addAccount();
      const outcomes = await atOnce(4, () => store().secondFactors.addTotp(totpOf(user.id), ['a', 'b']));
      expect(countOf(outcomes, 'added')).toBe(1);
      expect(countOf(outcomes, 'exists')).toBe(3);
      expect(await store().secondFactors.findTotp(user.id)).toEqual(totpOf(user.id));
      const enrolled = { hasTotp: true, passkeys: 0, recoveryCodes: 2 };
      expect(await store().secondFactors.enrolledBy(user.id)).toEqual(enrolled);
      expect(await store().secondFactors.addTotp(totpOf('unknown'), [])).toBe('missing');
    });

    it('accept each time step once, and no earlier one (RFC 6238 §5.2)', async () => {
      const user = await addAccount();
      await store().secondFactors.addTotp(totpOf(user.id), undefined);
      expect(await store().secondFactors.useStep(user.id, 10)).toBe('replayed');
      const outcomes = await atOnce(8, () => store().secondFactors.useStep(user.id, 12));
      expect(countOf(outcomes, 'accepted')).toBe(1);
      expect(await store().secondFactors.useStep(user.id, 11)).toBe('replayed');
      expect(await store().secondFactors.useStep(user.id, 13)).toBe('accepted');
    });

    it('are encrypted again only while they have not changed', async () => {
      const user = await addAccount();
      await store().secondFactors.addTotp(totpOf(user.id), undefined);
      const listed = await store().secondFactors.listSealed(null, 1000);
      expect(listed).toContainEqual({ accountId: user.id, sealedKey: 'sealed' });
      expect(await store().secondFactors.reseal(user.id, 'other', 'new')).toBe('changedMeanwhile');
      expect(await store().secondFactors.reseal(user.id, 'sealed', 'new')).toBe('resealed');
      expect(await store().secondFactors.findTotp(user.id)).toMatchObject({ sealedKey: 'new' });
    });
  });

  describe('recovery codes', () => {
    it('are used once, by their account', async () => {
      const [user, other] = [await addAccount(), await addAccount()];
      await store().secondFactors.replaceRecoveryCodes(user.id, ['a', 'b']);
      expect(await store().secondFactors.useRecoveryCode(other.id, 'a')).toBe(false);
      const outcomes = await atOnce(8, () => store().secondFactors.useRecoveryCode(user.id, 'a'));
      expect(countOf(outcomes, true)).toBe(1);
      const has = (id: string, hash: string) => store().secondFactors.hasRecoveryCode(id, hash);
      expect([await has(user.id, 'a'), await has(user.id, 'b'), await has(other.id, 'b')]).toEqual([
        false,
        true,
        false,
      ]);
      expect(await store().secondFactors.enrolledBy(user.id)).toMatchObject({ recoveryCodes: 1 });
    });

    it('are replaced together', async () => {
      const user = await addAccount();
      await store().secondFactors.replaceRecoveryCodes(user.id, ['a', 'b']);
      await store().secondFactors.replaceRecoveryCodes(user.id, ['c']);
      expect(await store().secondFactors.useRecoveryCode(user.id, 'a')).toBe(false);
      expect(await store().secondFactors.useRecoveryCode(user.id, 'c')).toBe(true);
    });

    it('go with the last second factor, and so do remembered devices', async () => {
      const user = await addAccount();
      const passkey = passkeyOf(user.id);
      await store().secondFactors.addTotp(totpOf(user.id), ['a']);
      await store().passkeys.add(passkey, 5);
      await store().rememberedDevices.add(deviceOf(user.id), 5);
      await store().secondFactors.removeTotp(user.id);
      expect(await store().secondFactors.enrolledBy(user.id)).toMatchObject({ recoveryCodes: 1 });
      expect(await store().rememberedDevices.listOf(user.id, NOW)).toHaveLength(1);
      await store().passkeys.remove(passkey.id, user.id);
      expect(await store().secondFactors.enrolledBy(user.id)).toEqual(nothing);
      expect(await store().rememberedDevices.listOf(user.id, NOW)).toEqual([]);
    });

    it('and all other factors go with a reset, and with the account', async () => {
      const users = [await addAccount(), await addAccount()] as const;
      for (const { id } of users) {
        await store().secondFactors.addTotp(totpOf(id), ['a']);
        await store().passkeys.add(passkeyOf(id), 5);
        await store().rememberedDevices.add(deviceOf(id), 5);
      }
      const [user, deleted] = users;
      const removed = { hasTotp: true, passkeys: 1, recoveryCodes: 1 };
      expect(await store().secondFactors.reset(user.id)).toEqual({ account: user, ...removed });
      await store().accounts.delete(deleted.id, NOW);
      for (const { id } of users) {
        expect(await store().secondFactors.enrolledBy(id)).toEqual(nothing);
        expect(await store().rememberedDevices.listOf(id, NOW)).toEqual([]);
      }
      expect(await store().secondFactors.reset(deleted.id)).toBe('missing');
    });
  });

  describe('a mail about a change of factors', () => {
    const mailOf = (id: string) => ({
      id,
      template: 'totpAdded',
      sealed: 'sealed',
      createdAt: NOW,
      expiresAt: NOW + 100,
    });

    async function mailIds(): Promise<readonly string[]> {
      const claimed = await store().mails.claim(NOW, NOW + 50, 1000);
      return claimed.map(({ id }) => id);
    }

    it('is written with the change, and not without it', async () => {
      const user = await addAccount();
      const { passkeys, secondFactors } = store();
      const passkey = passkeyOf(user.id);
      const expected: string[] = [];
      const next =
        (isExpected = true) =>
        ({ id: accountId }: { readonly id: string }) => {
          const id = `${accountId} ${expected.length} ${isExpected}`;
          if (isExpected) expected.push(id);
          return [mailOf(id)];
        };
      await passkeys.add(passkey, 5, undefined, next());
      await passkeys.add(passkey, 5, undefined, next(false));
      await secondFactors.addTotp(totpOf(user.id), undefined, undefined, next());
      await secondFactors.addTotp(totpOf(user.id), undefined, undefined, next(false));
      await secondFactors.replaceRecoveryCodes(user.id, ['a'], undefined, next());
      await secondFactors.useRecoveryCode(user.id, 'a', undefined, next());
      await secondFactors.useRecoveryCode(user.id, 'a', undefined, next(false));
      await passkeys.remove(passkey.id, user.id, undefined, next());
      await passkeys.remove(passkey.id, user.id, undefined, next(false));
      await secondFactors.removeTotp(user.id, undefined, next());
      await secondFactors.removeTotp(user.id, undefined, next(false));
      await secondFactors.reset(user.id, undefined, next(false));
      await secondFactors.addTotp(totpOf(user.id), undefined);
      await secondFactors.reset(user.id, undefined, next());
      const ids = await mailIds();
      expect(ids.filter((id) => id.startsWith(user.id)).toSorted()).toEqual(expected.toSorted());
      expect(expected).toHaveLength(7);
    });

    it('cancels the change if it cannot be written', async () => {
      const user = await addAccount();
      const mails = () => {
        throw new Error('no mail');
      };
      const { secondFactors } = store();
      await expect(secondFactors.addTotp(totpOf(user.id), ['a'], undefined, mails)).rejects.toThrow(
        'no mail',
      );
      expect(await secondFactors.enrolledBy(user.id)).toEqual(nothing);
    });
  });

  describe('remembered devices', () => {
    it('belong to one account until they expire', async () => {
      const [user, other] = [await addAccount(), await addAccount()];
      const device = deviceOf(user.id);
      await store().rememberedDevices.add(device, 5);
      const remembered = (id: string, now: number) =>
        store().rememberedDevices.isRemembered(id, ['unknown', device.tokenHash], now);
      expect(await remembered(user.id, NOW + 99)).toBe(true);
      expect(await remembered(other.id, NOW)).toBe(false);
      expect(await remembered(user.id, NOW + 100)).toBe(false);
      expect(await store().rememberedDevices.isRemembered(user.id, [], NOW)).toBe(false);
    });

    it('keep the newest of an account, which can remove one or all', async () => {
      const user = await addAccount();
      const devices = [1, 2, 3, 4].map((age) => deviceOf(user.id, { createdAt: NOW + age }));
      for (const device of devices) await store().rememberedDevices.add(device, 3);
      const listed = await store().rememberedDevices.listOf(user.id, NOW);
      expect(listed).toEqual(devices.slice(1).toReversed());
      expect(await store().rememberedDevices.remove(user.id, listed[0]?.id)).toBe(1);
      expect(await store().rememberedDevices.remove('unknown', listed[1]?.id)).toBe(0);
      expect(await store().rememberedDevices.remove(user.id, undefined)).toBe(2);
    });

    it('are removed when the password changes, and only then', async () => {
      const user = await addAccount();
      await store().rememberedDevices.add(deviceOf(user.id), 3);
      await store().accounts.update(user.id, () => ({ name: 'Ada King', updatedAt: NOW }));
      expect(await store().rememberedDevices.listOf(user.id, NOW)).toHaveLength(1);
      await store().accounts.update(user.id, () => ({ passwordHash: 'another', updatedAt: NOW }));
      expect(await store().rememberedDevices.listOf(user.id, NOW)).toEqual([]);
    });

    it('are deleted after they have expired', async () => {
      const user = await addAccount();
      await store().rememberedDevices.add(deviceOf(user.id, { expiresAt: NOW - 1000 }), 3);
      await store().rememberedDevices.add(deviceOf(user.id), 3);
      expect(await store().rememberedDevices.purge(NOW - 1000, 10)).toBe(1);
      expect(await store().rememberedDevices.listOf(user.id, 0)).toHaveLength(1);
    });
  });
}
