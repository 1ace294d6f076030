import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditEvent, AuditFilter, Store } from '../../src/storage/ports/index.js';
import { NOW, seedGrant, seedTokens, tokens } from './fixtures.js';

export function auditContract(store: () => Store): void {
  const event = (grantId: string): AuditEvent => ({
    id: randomUUID(),
    at: NOW,
    type: 'refresh_token_reused',
    actor: { type: 'account', id: 'ada', name: 'Ada 🧭' },
    via: 'session',
    address: '::1',
    target: { type: 'grant', id: grantId },
    before: { revoked: false },
    after: { revoked: true },
    clientId: randomUUID(),
    accountId: null,
    grantId,
  });
  const eventsOf = async (grantId: string) =>
    (await store().audit.list({ limit: 1000, after: null })).items.filter((one) => one.grantId === grantId);

  it('records the end of a grant once, with the call that ended it', async () => {
    const { grant } = await seedGrant(store());
    const first = event(grant.id);
    expect(await store().grants.revoke(grant.id, NOW, first)).toBe('revoked');
    expect(await store().grants.revoke(grant.id, NOW, event(grant.id))).toBe('alreadyRevoked');
    expect(await eventsOf(grant.id)).toEqual([first]);
  });

  it('records the second use of a code, and not its first', async () => {
    const { grant, code } = await seedTokens(store());
    expect(await eventsOf(grant.id)).toEqual([]);
    const reuse = event(grant.id);
    await store().grants.redeemCode(code.hash, tokens(grant.id), NOW, reuse);
    await store().grants.redeemCode(code.hash, tokens(grant.id), NOW, event(grant.id));
    expect(await eventsOf(grant.id)).toEqual([reuse]);
  });

  it('keeps the events of a deleted client', async () => {
    const { grant } = await seedGrant(store());
    await store().grants.revoke(grant.id, NOW, event(grant.id));
    await store().clients.delete(grant.clientId);
    expect(await eventsOf(grant.id)).toHaveLength(1);
  });

  describe('the list of events', () => {
    /** Events of one actor only. */
    async function seedEvents(...some: readonly Partial<AuditEvent>[]): Promise<string> {
      const actorId = randomUUID();
      for (const one of some) {
        const actor = { type: 'account', id: actorId, name: 'Ada' } as const;
        await store().audit.add({ ...event(randomUUID()), ...one, actor });
      }
      return actorId;
    }
    const listed = async (filter: AuditFilter) =>
      (await store().audit.list({ limit: 100, after: null }, filter)).items;

    it('returns an event as it was written', async () => {
      const written = event(randomUUID());
      await store().audit.add(written);
      expect(await listed({ targetId: written.target?.id })).toEqual([written]);
      const bare = {
        ...written,
        id: randomUUID(),
        actor: { type: 'system', id: null, name: null },
        via: null,
        address: null,
        target: null,
        before: null,
        after: null,
        clientId: randomUUID(),
        grantId: null,
      } as const;
      await store().audit.add(bare);
      expect(await listed({ clientId: bare.clientId })).toEqual([bare]);
    });

    it('returns the events that match all filters, and no others', async () => {
      const wanted = {
        type: 'client.created',
        at: NOW + 10,
        target: { type: 'client', id: randomUUID() },
        clientId: randomUUID(),
        accountId: randomUUID(),
      } as const;
      const others: readonly Partial<AuditEvent>[] = [
        { type: 'client.updated' },
        { type: 'clients.created' },
        { target: { type: 'consent', id: wanted.target.id } },
        { target: { type: 'client', id: randomUUID() } },
        { clientId: randomUUID() },
        { accountId: null },
        { at: NOW + 9 },
        { at: NOW + 11 },
      ];
      const actorId = await seedEvents(wanted, ...others.map((other) => ({ ...wanted, ...other })));
      const filter = {
        actorId,
        type: wanted.type,
        targetType: 'client',
        targetId: wanted.target.id,
        clientId: wanted.clientId,
        accountId: wanted.accountId,
        from: NOW + 10,
        to: NOW + 11,
      };
      expect(await listed(filter)).toMatchObject([wanted]);
      expect(await listed({ actorId, typeGroup: 'client' })).toHaveLength(8);
      expect(await listed({ actorId: randomUUID() })).toEqual([]);
    });

    it('has pages, newest first, without gaps or repetitions within one second', async () => {
      const actorId = await seedEvents(
        ...Array.from({ length: 7 }, (_, index) => ({ at: NOW + (index >> 2) })),
      );
      const all = await listed({ actorId });
      expect(all.map(({ at }) => at - NOW)).toEqual([1, 1, 1, 0, 0, 0, 0]);
      const paged: AuditEvent[] = [];
      let after: { createdAt: number; id: string } | null = null;
      do {
        const page = await store().audit.list({ limit: 2, after }, { actorId });
        paged.push(...page.items);
        after = page.next;
      } while (after !== null);
      expect(paged).toEqual(all);
    });
  });

  it('purges events that are older than a time, the oldest first and up to the limit', async () => {
    const clientId = randomUUID();
    for (const at of [1, 2, 3, 4]) await store().audit.add({ ...event(randomUUID()), at, clientId });
    const left = async () =>
      (await store().audit.list({ limit: 9, after: null }, { clientId })).items.map(({ at }) => at);
    expect(await store().audit.purge(4, 2)).toBe(2);
    expect(await left()).toEqual([4, 3]);
    expect(await store().audit.purge(4, 2)).toBe(1);
    expect(await store().audit.purge(4, 2)).toBe(0);
    expect(await left()).toEqual([4]);
  });
}
