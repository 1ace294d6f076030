import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  EndedSession,
  ProviderLogout,
  ProviderSession,
  SessionRecord,
  Store,
} from '../../src/storage/ports/index.js';
import { account, atOnce, client, countOf, fromSession, NOW, pending, sessionOf } from './fixtures.js';

export function providerSessionsContract(store: () => Store): void {
  describe('sessions that came from a provider', () => {
    let subject: string;
    let accountId: string;
    beforeEach(async () => {
      subject = randomUUID();
      const user = account();
      accountId = user.id;
      await store().accounts.create(user);
    });

    const originOf = (fields: Partial<ProviderSession> = {}): ProviderSession => ({
      provider: 'corp',
      subject,
      sid: randomUUID(),
      sealedIdToken: 'sealed',
      ...fields,
    });

    async function open(fields: Partial<ProviderSession> = {}): Promise<SessionRecord & { sid: string }> {
      const session = sessionOf(accountId);
      const origin = originOf(fields);
      await store().sessions.create(session, undefined, origin);
      return { ...session, sid: origin.sid ?? '' };
    }

    const logoutOf = (fields: Partial<ProviderLogout>): ProviderLogout => ({
      provider: 'corp',
      sid: undefined,
      subject: undefined,
      token: { id: randomUUID(), expiresAt: NOW + 120 },
      ...fields,
    });

    async function end(fields: Partial<ProviderLogout>): Promise<readonly string[] | 'alreadySpent'> {
      const ended = await store().sessions.endOfProvider(logoutOf(fields), NOW);
      return ended === 'alreadySpent' ? ended : ended.map(({ session }) => session.id).toSorted();
    }

    const idsOf = (...sessions: readonly SessionRecord[]) => sessions.map(({ id }) => id).toSorted();

    it('returns where an ended session came from', async () => {
      const origin = originOf({ sid: null, sealedIdToken: null });
      const session = sessionOf(accountId);
      await store().sessions.create(session, undefined, origin);
      expect((await store().sessions.end(session.tokenHash, NOW))?.providerSession).toEqual(origin);
    });

    it('keeps where a renewed session came from, until the user signs in at a provider again', async () => {
      const session = await open();
      const { id: _id, createdAt: _createdAt, ...known } = session;
      const next = { ...known, tokenHash: randomUUID() };
      await store().sessions.renew(session.tokenHash, next);
      const origin = originOf({ provider: 'other' });
      const last = { ...next, tokenHash: randomUUID() };
      await store().sessions.renew(next.tokenHash, last, undefined, origin);
      expect(await end({ sid: session.sid })).toEqual([]);
      const ended = await store().sessions.end(last.tokenHash, NOW);
      expect(ended?.providerSession).toEqual(origin);
    });

    it('ends the sessions of a session at the provider, of the same user there only', async () => {
      const [ended, second, other] = [await open(), await open(), await open()];
      expect(await end({ provider: 'other', sid: ended.sid })).toEqual([]);
      expect(await end({ sid: ended.sid, subject: 'another user' })).toEqual([]);
      expect(await end({ sid: ended.sid, subject })).toEqual(idsOf(ended));
      expect(await end({ sid: second.sid })).toEqual(idsOf(second));
      expect(await store().sessions.findById(ended.id, NOW)).toBeUndefined();
      expect(await store().sessions.findById(other.id, NOW)).toBeDefined();
    });

    it('ends all sessions of a user of the provider, also those without an ID there', async () => {
      const sessions = [await open(), await open({ sid: null })];
      const foreign = await open({ subject: 'someone else' });
      const byPassword = sessionOf(accountId);
      await store().sessions.create(byPassword);
      expect(await end({ subject })).toEqual(idsOf(...sessions));
      expect(await end({ subject })).toEqual([]);
      expect(await store().sessions.listOfAccount(accountId, NOW, 10)).toHaveLength(2);
      expect(await store().sessions.findById(foreign.id, NOW)).toBeDefined();
    });

    it('notes each end and adds the logout tokens for clients, as a sign-out does', async () => {
      const session = await open();
      const app = client({ metadata: { backchannel_logout_uri: 'https://app.example/logout' } });
      await store().clients.create(app);
      const owner = { accountId, clientId: app.id };
      await store().grants.create(pending(owner, { grant: { origin: fromSession(session.id) } }));
      const noted: EndedSession[] = [];
      const ended = await store().sessions.endOfProvider(logoutOf({ sid: session.sid }), NOW, (one) => {
        noted.push(one);
        return undefined;
      });
      expect(noted).toEqual(ended);
      expect(noted[0]?.clients.map(({ id }) => id)).toEqual([app.id]);
      const claimed = await store().logoutDeliveries.claim(NOW, NOW + 60, 1000, []);
      expect(claimed.filter(({ clientId }) => clientId === app.id)).toHaveLength(1);
    });

    it('accepts a logout token once, of several at once', async () => {
      const session = await open();
      const logout = logoutOf({ sid: session.sid });
      const outcomes = await atOnce(4, () => store().sessions.endOfProvider(logout, NOW));
      expect(countOf(outcomes, 'alreadySpent')).toBe(3);
      expect(outcomes.flat().filter((one) => one !== 'alreadySpent')).toHaveLength(1);
    });
  });
}
