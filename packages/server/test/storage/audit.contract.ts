import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { AuditEvent, Store } from '../../src/storage/ports/index.js';
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
    (await store().audit.list(1000)).filter((one) => one.grantId === grantId);

  it('remembers the end of a grant once, with the call that ended it', async () => {
    const { grant } = await seedGrant(store());
    const first = event(grant.id);
    expect(await store().grants.revoke(grant.id, NOW, first)).toBe('revoked');
    expect(await store().grants.revoke(grant.id, NOW, event(grant.id))).toBe('alreadyRevoked');
    expect(await eventsOf(grant.id)).toEqual([first]);
  });

  it('remembers the second use of a code, and nothing of its first', async () => {
    const { grant, code } = await seedTokens(store());
    expect(await eventsOf(grant.id)).toEqual([]);
    const reuse = event(grant.id);
    await store().grants.redeemCode(code.hash, tokens(grant.id), NOW, reuse);
    await store().grants.redeemCode(code.hash, tokens(grant.id), NOW, event(grant.id));
    expect(await eventsOf(grant.id)).toEqual([reuse]);
  });

  it('keeps what happened to a client that is deleted', async () => {
    const { grant } = await seedGrant(store());
    await store().grants.revoke(grant.id, NOW, event(grant.id));
    await store().clients.delete(grant.clientId);
    expect(await eventsOf(grant.id)).toHaveLength(1);
  });
}
