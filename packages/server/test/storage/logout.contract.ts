import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClientRecord, RenewedSession, SessionRecord, Store } from '../../src/storage/ports/index.js';
import {
  account,
  atOnce,
  client,
  consentTo,
  fromSession,
  NOW,
  pending,
  sessionOf,
  tokens,
} from './fixtures.js';

const backchannel = { backchannel_logout_uri: 'https://app.example/backchannel' };

const renewed = ({ accountId }: SessionRecord): RenewedSession => ({
  tokenHash: randomUUID(),
  accountId,
  authTime: NOW + 10,
  acr: 'urn:example:passkey',
  amr: ['hwk'],
  lastSeenAt: NOW + 10,
  device: { browser: 'Safari', system: null },
  address: '192.0.2.8',
  expiresAt: NOW + 200,
  endsAt: NOW + 300,
});

/** The rows of a sign-in that its end needs. */
export function logoutContract(store: () => Store): void {
  async function signIn(): Promise<SessionRecord> {
    const user = account();
    await store().accounts.create(user);
    const signedIn = sessionOf(user.id);
    await store().sessions.create(signedIn);
    return signedIn;
  }

  async function register(fields: Partial<ClientRecord> = {}): Promise<ClientRecord> {
    const app = client(fields);
    await store().clients.create(app);
    return app;
  }

  /** Signs the user in to the app with the session, and redeems the code. */
  async function open(session: SessionRecord, app: ClientRecord, scopes: readonly string[] = ['openid']) {
    const owner = { accountId: session.accountId, clientId: app.id };
    const { grant, code } = pending(owner, { grant: { origin: fromSession(session.id), scopes } });
    await store().grants.create({ grant, code });
    await store().grants.redeemCode(code.hash, tokens(grant.id), NOW);
    return grant;
  }

  const end = (session: SessionRecord) => store().sessions.end(session.tokenHash, NOW);
  const revokedAt = async (grantId: string) => (await store().grants.find(grantId))?.grant.revokedAt;

  /** Claims all due deliveries, and returns those of this session: other tests leave theirs. */
  const claim = async (session: SessionRecord, now = NOW, leaseUntil = now + 60) =>
    (await store().logoutDeliveries.claim(now, leaseUntil, 1000)).filter(
      (delivery) => delivery.sessionId === session.id,
    );

  /** Ends a session that an app with a back channel was signed in to. */
  async function due() {
    const session = await signIn();
    const app = await register({ metadata: backchannel });
    await open(session, app);
    await open(session, await register());
    await end(session);
    return { session, app };
  }

  describe('ending a session', () => {
    it('returns the apps that the user signed in to with it, each once, and no others', async () => {
      const session = await signIn();
      const [first, second, plain] = [await register(), await register(), await register()];
      await open(session, first);
      await open(session, first);
      await open(session, second);
      await open(session, plain, ['files:read']);
      await open(await signIn(), await register());
      const ended = await end(session);
      expect(ended?.session).toEqual(session);
      expect(ended?.clients.map(({ id }) => id)).toEqual([first.id, second.id].toSorted());
      expect(ended?.clients).toContainEqual(first);
    });

    it('returns no disabled and no deleted app', async () => {
      const session = await signIn();
      const [disabled, deleted] = [await register(), await register()];
      await open(session, disabled);
      await open(session, deleted);
      await store().clients.update(disabled.id, { enabled: false, updatedAt: NOW });
      await store().clients.delete(deleted.id);
      expect((await end(session))?.clients).toEqual([]);
    });

    it('revokes the grants by which apps signed the user in, except those for offline access and those of plain OAuth', async () => {
      const session = await signIn();
      const app = await register();
      const online = await open(session, app, ['openid', 'email']);
      const offline = await open(session, app, ['openid', 'offline_access']);
      const plain = await open(session, await register(), ['files:read']);
      const elsewhere = await open(await signIn(), app);
      await end(session);
      expect(await revokedAt(online.id)).toBe(NOW);
      for (const grant of [offline, plain, elsewhere]) expect(await revokedAt(grant.id)).toBeNull();
    });

    it('succeeds for one of many simultaneous calls', async () => {
      const session = await signIn();
      await open(session, await register({ metadata: backchannel }));
      const outcomes = await atOnce(8, () => end(session));
      expect(outcomes.filter((ended) => ended !== undefined)).toHaveLength(1);
      expect(await claim(session)).toHaveLength(1);
    });

    it('includes an app that the user signs in to at the same time', async () => {
      const session = await signIn();
      const apps = await Promise.all(Array.from({ length: 6 }, () => register({ metadata: backchannel })));
      const [ended] = await Promise.all([end(session), ...apps.map((app) => open(session, app))]);
      const delivered = await claim(session);
      expect(delivered).toHaveLength(ended?.clients.length ?? -1);
      // Later sign-ins were refused, and the session stays deleted.
      expect(await end(session)).toBeUndefined();
    });

    it('refuses later grants of it, and writes nothing of them', async () => {
      const [session, app] = [await signIn(), await register()];
      await end(session);
      const owner = { accountId: session.accountId, clientId: app.id };
      const late = pending(owner, { grant: { origin: fromSession(session.id) } });
      expect(await store().grants.create({ ...late, consent: consentTo(['openid']) })).toBe('originEnded');
      expect(await store().grants.find(late.grant.id)).toBeUndefined();
      expect(await store().grants.findCode(late.code.hash)).toBeUndefined();
      expect(await store().consents.find(session.accountId, app.id)).toEqual([]);
    });

    it('refuses a grant with the session of another user', async () => {
      const [session, other, app] = [await signIn(), await signIn(), await register()];
      const owner = { accountId: session.accountId, clientId: app.id };
      const { grant, code } = pending(owner, { grant: { origin: fromSession(other.id) } });
      expect(await store().grants.create({ grant, code })).toBe('originEnded');
    });

    it('revokes a grant that is written at the same time, to an app that the user signed in to before', async () => {
      for (let round = 0; round < 5; round += 1) {
        const [session, app] = [await signIn(), await register()];
        await open(session, app);
        const owner = { accountId: session.accountId, clientId: app.id };
        const written = Array.from({ length: 20 }, () =>
          pending(owner, { grant: { origin: fromSession(session.id), scopes: ['openid'] } }),
        );
        const creations = written.map(({ grant, code }) => store().grants.create({ grant, code }));
        const [outcomes] = await Promise.all([Promise.all(creations), end(session)]);
        for (const [index, { grant }] of written.entries()) {
          const found = await store().grants.find(grant.id);
          expect(found?.grant.revokedAt).toBe(outcomes[index] === 'created' ? NOW : undefined);
        }
      }
    });

    it('deletes the sign-ins of a session when it expires', async () => {
      const session = await signIn();
      await open(session, await register());
      await store().sessions.purge(session.expiresAt, 1000);
      await store().sessions.create(session);
      expect((await end(session))?.clients).toEqual([]);
    });
  });

  describe('renewing a session', () => {
    it('keeps its ID and its apps, and invalidates the old cookie', async () => {
      const session = await signIn();
      const app = await register();
      await open(session, app);
      const next = renewed(session);
      expect(await store().sessions.renew(session.tokenHash, next)).toEqual({
        id: session.id,
        createdAt: session.createdAt,
        ...next,
      });
      expect(await store().sessions.find(session.tokenHash, NOW)).toBeUndefined();
      expect((await store().sessions.find(next.tokenHash, NOW))?.session).toEqual({
        id: session.id,
        createdAt: session.createdAt,
        ...next,
      });
      expect((await store().sessions.end(next.tokenHash, NOW))?.clients).toEqual([app]);
    });

    it('is refused for another account, an expired session and an unknown one', async () => {
      const session = await signIn();
      const other = await signIn();
      const renew = (hash: string, record: RenewedSession) => store().sessions.renew(hash, record);
      expect(await renew(session.tokenHash, renewed(other))).toBe('missing');
      expect(await renew(session.tokenHash, { ...renewed(session), lastSeenAt: NOW + 100 })).toBe('missing');
      expect(await renew('unknown', renewed(session))).toBe('missing');
      expect((await store().sessions.find(session.tokenHash, NOW))?.session).toEqual(session);
    });
  });

  describe('logout tokens that are to be sent', () => {
    it('has one for each app with a back channel as soon as the session has ended', async () => {
      const { session, app } = await due();
      expect(await claim(session)).toEqual([
        {
          id: expect.any(String),
          sessionId: session.id,
          clientId: app.id,
          accountId: session.accountId,
          attempts: 1,
        },
      ]);
    });

    it('gives each to one of several concurrent callers, and to no other before the lease expires', async () => {
      const { session } = await due();
      const claims = await atOnce(6, () => claim(session));
      expect(claims.flat()).toHaveLength(1);
      expect(await claim(session, NOW + 59)).toEqual([]);
      expect(await claim(session, NOW + 60)).toMatchObject([{ attempts: 2 }]);
    });

    it('returns up to the limit, the longest due first', async () => {
      const { session } = await due();
      await due();
      expect(await store().logoutDeliveries.claim(NOW, NOW + 60, 1)).toHaveLength(1);
      expect(await store().logoutDeliveries.claim(NOW - 1, NOW + 60, 1000)).toEqual([]);
      await claim(session);
    });

    it('returns a postponed one at its time, and a finished one never', async () => {
      const { session } = await due();
      const [first] = await claim(session);
      if (first === undefined) throw new Error('nothing was due');
      await store().logoutDeliveries.putOff(first, NOW + 30);
      expect(await claim(session, NOW + 29)).toEqual([]);
      const [second] = await claim(session, NOW + 30);
      if (second === undefined) throw new Error('nothing was due');
      await store().logoutDeliveries.finish(second, NOW + 31);
      expect(await claim(session, NOW + 100_000)).toEqual([]);
    });

    it('ignores a caller whose delivery another one has claimed since', async () => {
      const { session } = await due();
      const [slow] = await claim(session);
      const [fast] = await claim(session, NOW + 60);
      if (slow === undefined || fast === undefined) throw new Error('nothing was due');
      await store().logoutDeliveries.finish(slow, NOW + 61);
      await store().logoutDeliveries.putOff(slow, NOW + 61);
      expect(await claim(session, NOW + 119)).toEqual([]);
      // Neither of them finished it: it is due again when the lease of the second one ends.
      const [faster] = await claim(session, NOW + 120);
      expect(faster).toMatchObject({ attempts: 3 });
      await store().logoutDeliveries.finish(fast, NOW + 121);
      expect(await claim(session, NOW + 180)).toMatchObject([{ attempts: 4 }]);
    });

    it('leaves out deliveries to busy clients', async () => {
      const busy = await due();
      const other = await due();
      const claimed = await store().logoutDeliveries.claim(NOW, NOW + 60, 1000, [busy.app.id]);
      const clients = claimed.map(({ clientId }) => clientId);
      expect(clients).toContain(other.app.id);
      expect(clients).not.toContain(busy.app.id);
      expect(await claim(busy.session)).toHaveLength(1);
    });

    it('deletes deliveries that were finished before a time, and none that is still to be sent', async () => {
      const { session } = await due();
      expect(await store().logoutDeliveries.purge(NOW + 1_000_000, 1000)).toBeGreaterThanOrEqual(0);
      const [delivery] = await claim(session);
      if (delivery === undefined) throw new Error('nothing was due');
      await store().logoutDeliveries.finish(delivery, NOW + 5);
      expect(await store().logoutDeliveries.purge(NOW + 5, 1000)).toBe(0);
      expect(await store().logoutDeliveries.purge(NOW + 6, 1000)).toBe(1);
    });
  });
}
