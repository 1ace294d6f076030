import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountLinkRecord, LinkToSpend, MailRecord, Store } from '../../src/storage/ports/index.js';
import { account, atOnce, NOW } from './fixtures.js';

const mail = (fields: Partial<MailRecord> = {}): MailRecord => ({
  id: randomUUID(),
  template: 'resetPassword',
  sealed: 'sealed',
  createdAt: NOW,
  expiresAt: NOW + 1000,
  ...fields,
});

const link = (fields: Partial<AccountLinkRecord> = {}): AccountLinkRecord => ({
  tokenHash: randomUUID(),
  purpose: 'resetPassword',
  accountId: null,
  email: 'ada@example.com',
  payload: { ticket: 'sealed' },
  createdAt: NOW,
  expiresAt: NOW + 100,
  ...fields,
});

const use = ({ tokenHash, purpose }: AccountLinkRecord, now = NOW): LinkToSpend => ({
  tokenHash,
  purpose,
  now,
});

/** Mails that wait to be sent, and the links in them. */
export function mailsContract(store: () => Store): void {
  /** Claims all due mails, and returns this one: other tests leave theirs. */
  const claim = async ({ id }: MailRecord, now = NOW, leaseUntil = now + 60) =>
    (await store().mails.claim(now, leaseUntil, 1000)).find((claimed) => claimed.id === id);

  const claimed = async (fields: Partial<MailRecord> = {}) => {
    const added = mail(fields);
    await store().mails.add(added);
    const found = await claim(added);
    if (found === undefined) throw new Error('nothing was due');
    return found;
  };

  describe('mails that wait to be sent', () => {
    it('gives each to one of several concurrent callers, and to no other before the lease expires', async () => {
      const added = mail();
      expect(await store().mails.add(added)).toBe('added');
      const claims = await atOnce(6, () => claim(added));
      expect(claims.filter((found) => found !== undefined)).toEqual([{ ...added, attempts: 1 }]);
      expect(await claim(added, NOW + 59)).toBeUndefined();
      expect(await claim(added, NOW + 60)).toMatchObject({ attempts: 2 });
    });

    it('hands a mail over once, and never gives it to a caller again', async () => {
      const found = await claimed();
      const outcomes = await atOnce(4, () => store().mails.handOver(found, NOW));
      expect(outcomes.toSorted()).toEqual(['handedOver', 'lost', 'lost', 'lost']);
      expect(await claim(found, NOW + 500)).toBeUndefined();
      await store().mails.finish(found);
      expect(await store().mails.markInDoubt(NOW + 1000, 1000)).not.toContainEqual(found);
    });

    it('refuses to hand over a mail that another caller has claimed since', async () => {
      const slow = await claimed();
      const fast = await claim(slow, NOW + 60);
      expect(await store().mails.handOver(slow, NOW + 61)).toBe('lost');
      await store().mails.putOff(slow, NOW + 61);
      await store().mails.finish(slow);
      expect(fast && (await store().mails.handOver(fast, NOW + 61))).toBe('handedOver');
    });

    it('returns a postponed mail at its time, also after a refused hand-over', async () => {
      const found = await claimed();
      await store().mails.handOver(found, NOW);
      await store().mails.putOff(found, NOW + 30);
      expect(await claim(found, NOW + 29)).toBeUndefined();
      expect(await claim(found, NOW + 30)).toMatchObject({ attempts: 2 });
    });

    it('marks mails whose process ended during the hand-over, each once, and gives them to no caller', async () => {
      const found = await claimed();
      await store().mails.handOver(found, NOW);
      expect(await store().mails.markInDoubt(NOW, 1000)).not.toContainEqual(found);
      const marked = await atOnce(3, () => store().mails.markInDoubt(NOW + 1, 1000));
      expect(marked.flat().filter(({ id }) => id === found.id)).toEqual([found]);
      expect(await claim(found, NOW + 500)).toBeUndefined();
      expect(await store().mails.takeUndecided(NOW, 1000)).not.toContainEqual(found);
      expect(await store().mails.takeUndecided(NOW + 1, 1000)).toContainEqual(found);
      expect(await store().mails.sendAgain(found.id, NOW)).toBe('missing');
    });

    const inDoubt = async (fields: Partial<MailRecord> = {}) => {
      const found = await claimed(fields);
      await store().mails.handOver(found, NOW);
      await store().mails.markInDoubt(NOW + 1, 1000);
      return found;
    };

    it('sends a mail in doubt again after one of several simultaneous decisions', async () => {
      const found = await inDoubt();
      const outcomes = await atOnce(4, (index) =>
        index % 2 === 0 ? store().mails.sendAgain(found.id, NOW + 2) : store().mails.delete(found.id),
      );
      expect(outcomes.filter((outcome) => outcome !== 'missing')).toHaveLength(1);
      const again = await inDoubt();
      expect(await store().mails.sendAgain(again.id, NOW + 2)).toBe('queued');
      expect(await claim(again, NOW + 1)).toBeUndefined();
      expect(await claim(again, NOW + 2)).toEqual({ ...again, attempts: 2 });
      expect(await store().mails.delete(again.id)).toBe('missing');
    });

    it('lets a mail in doubt wait again that the mail server refused after all', async () => {
      const found = await inDoubt();
      await store().mails.putOff(found, NOW + 30);
      expect(await store().mails.delete(found.id)).toBe('missing');
      expect(await claim(found, NOW + 30)).toMatchObject({ attempts: 2 });
    });

    it('does not send an expired mail in doubt again, and deletes it', async () => {
      const found = await inDoubt({ expiresAt: NOW + 10 });
      expect(await store().mails.sendAgain(found.id, NOW + 10)).toBe('expired');
      expect(await store().mails.delete(found.id)).toBe('deleted');
      expect(await store().mails.sendAgain(found.id, NOW + 2)).toBe('missing');
    });

    it('leaves a mail in doubt as it is if its audit event is refused', async () => {
      const found = await inDoubt();
      const refuse = () => {
        throw new Error('refused');
      };
      await expect(store().mails.sendAgain(found.id, NOW + 2, refuse)).rejects.toThrow('refused');
      await expect(store().mails.delete(found.id, refuse)).rejects.toThrow('refused');
      expect(await store().mails.delete(found.id)).toBe('deleted');
    });

    it('lists mails in pages, newest first, all or those of one state', async () => {
      const waiting = mail({ createdAt: NOW + 900, expiresAt: NOW + 2000 });
      const added = mail({ createdAt: NOW + 901, expiresAt: NOW + 2000 });
      for (const each of [waiting, added]) await store().mails.add(each);
      const doubtful = { ...added, attempts: 1 };
      await claim(added, NOW + 901);
      await store().mails.handOver(doubtful, NOW + 901);
      await store().mails.markInDoubt(NOW + 902, 1000);
      const first = await store().mails.list({ limit: 1, after: null });
      expect(first.items).toEqual([{ ...doubtful, state: 'in_doubt' }]);
      const second = await store().mails.list({ limit: 1, after: first.next });
      expect(second.items).toMatchObject([{ ...waiting, state: 'waiting' }]);
      const ofState = await store().mails.list({ limit: 1, after: null }, 'waiting');
      expect(ofState.items).toEqual(second.items);
      await store().mails.delete(doubtful.id);
    });

    it('takes expired mails, and never gives them to a caller', async () => {
      const added = mail({ expiresAt: NOW + 10 });
      await store().mails.add(added);
      expect(await claim(added, NOW + 10)).toBeUndefined();
      expect(await store().mails.takeExpired(NOW + 9, 1000)).toEqual([]);
      expect(await store().mails.takeExpired(NOW + 10, 1000)).toContainEqual({ ...added, attempts: 0 });
    });
  });

  describe('links in mails', () => {
    it('writes a link with its mail, and finds it by purpose until it expires', async () => {
      const [added, letter] = [link(), mail()];
      expect(await store().accountLinks.create(added, letter)).toBe('created');
      expect(await claim(letter)).toMatchObject({ id: letter.id });
      expect(await store().accountLinks.find(use(added))).toEqual(added);
      expect(await store().accountLinks.find({ ...use(added), purpose: 'signUp' })).toBeUndefined();
      expect(await store().accountLinks.find(use(added, NOW + 100))).toBeUndefined();
    });

    it('spends a link for one of several concurrent callers', async () => {
      const added = link();
      await store().accountLinks.create(added, mail());
      const spent = await atOnce(6, () => store().accountLinks.spend(use(added)));
      expect(spent.filter((found) => found !== undefined)).toEqual([added]);
      expect(await store().accountLinks.find(use(added))).toBeUndefined();
    });

    it('does not spend an expired link', async () => {
      const added = link();
      await store().accountLinks.create(added, mail());
      expect(await store().accountLinks.spend(use(added, NOW + 100))).toBeUndefined();
    });

    it('lists the links of an account for one purpose that are neither spent nor expired', async () => {
      const user = account();
      await store().accounts.create(user);
      const [first, second, expired] = [
        link({ accountId: user.id, createdAt: NOW - 1 }),
        link({ accountId: user.id }),
        link({ accountId: user.id, expiresAt: NOW }),
      ];
      for (const added of [first, second, expired, link({ accountId: user.id, purpose: 'changeEmail' })]) {
        await store().accountLinks.create(added, mail());
      }
      const pending = () => store().accountLinks.pendingOf(user.id, first.purpose, NOW);
      expect(await pending()).toEqual([second, first]);
      await store().accountLinks.spend(use(second));
      expect(await pending()).toEqual([first]);
    });

    it('deletes the links of a deleted account, and expired ones', async () => {
      const user = account();
      await store().accounts.create(user);
      const [own, expired] = [link({ accountId: user.id }), link({ expiresAt: NOW + 1 })];
      await store().accountLinks.create(own, mail());
      await store().accountLinks.create(expired, mail());
      await store().accountLinks.purge(NOW + 1, 1000);
      expect(await store().accountLinks.find(use(expired, NOW))).toBeUndefined();
      await store().accounts.delete(user.id, NOW);
      expect(await store().accountLinks.find(use(own))).toBeUndefined();
    });
  });
}
