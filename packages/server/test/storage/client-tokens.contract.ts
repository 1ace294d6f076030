import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClientTokenRecord, Store } from '../../src/storage/ports/index.js';
import { atOnce, client, countOf, NOW } from './fixtures.js';

const tokenOf = (clientId: string, expiresAt = NOW + 900): ClientTokenRecord => ({
  hash: randomUUID(),
  clientId,
  scopes: ['files:read'],
  audience: ['https://api.example', 'https://other.example'],
  binding: 'none',
  issuedAt: NOW,
  expiresAt,
  credentialsVersion: 3,
});

export function clientTokensContract(store: () => Store): void {
  const seedClient = async (): Promise<string> => {
    const app = client();
    await store().clients.create(app);
    return app.id;
  };

  describe('access tokens of clients’ own', () => {
    it('finds a token as it was written, and deletes it once', async () => {
      const token = tokenOf(await seedClient());
      await store().clientTokens.create(token);
      expect(await store().clientTokens.find(token.hash)).toEqual(token);
      expect(await store().clientTokens.find('none')).toBeUndefined();
      expect(await store().clientTokens.delete(token.hash)).toBe('deleted');
      expect(await store().clientTokens.delete(token.hash)).toBe('missing');
      expect(await store().clientTokens.find(token.hash)).toBeUndefined();
    });

    it('are bounded for each client: one more takes the place of those that expire first', async () => {
      const [one, other] = [await seedClient(), await seedClient()];
      const elsewhere = tokenOf(other, NOW + 1);
      await store().clientTokens.create(elsewhere);
      const tokens = [50, 10, 40, 20, 30].map((seconds) => tokenOf(one, NOW + seconds));
      for (const token of tokens) await store().clientTokens.create(token);
      const newest = tokenOf(one, NOW + 25);
      await store().clientTokens.create(newest, 3);
      const kept = [...tokens, newest, elsewhere].map(async ({ hash, expiresAt }) =>
        (await store().clientTokens.find(hash)) === undefined ? [] : [expiresAt - NOW],
      );
      expect((await Promise.all(kept)).flat()).toEqual([50, 40, 25, 1]);
    });

    it('are deleted with their client', async () => {
      const clientId = await seedClient();
      const token = tokenOf(clientId);
      await store().clientTokens.create(token);
      await store().clients.delete(clientId);
      expect(await store().clientTokens.find(token.hash)).toBeUndefined();
    });

    it('are purged when expired, up to the limit', async () => {
      const clientId = await seedClient();
      const expired = [1, 2, 3].map((seconds) => tokenOf(clientId, 1000 - seconds));
      const living = tokenOf(clientId, 1001);
      for (const token of [...expired, living]) await store().clientTokens.create(token);
      expect(await store().clientTokens.purge(1000, 2)).toBe(2);
      expect(await store().clientTokens.purge(1000, 2)).toBe(1);
      expect(await store().clientTokens.purge(1000, 2)).toBe(0);
      expect(await store().clientTokens.find(living.hash)).toEqual(living);
    });
  });

  describe('used assertions', () => {
    it('are used once by each client in simultaneous requests', async () => {
      const [one, other] = [await seedClient(), await seedClient()];
      const outcomes = await atOnce(20, () => store().usedAssertions.use(one, 'jti', NOW));
      expect(countOf(outcomes, 'first')).toBe(1);
      expect(countOf(outcomes, 'replayed')).toBe(19);
      expect(await store().usedAssertions.use(other, 'jti', NOW)).toBe('first');
    });

    it('are purged when expired, up to the limit', async () => {
      const clientId = await seedClient();
      for (const [jti, expiresAt] of [
        ['a', 998],
        ['b', 999],
        ['c', 1000],
        ['d', 1001],
      ] as const) {
        await store().usedAssertions.use(clientId, jti, expiresAt);
      }
      expect(await store().usedAssertions.purge(1000, 2)).toBe(2);
      expect(await store().usedAssertions.purge(1000, 2)).toBe(1);
      expect(await store().usedAssertions.purge(1000, 2)).toBe(0);
      expect(await store().usedAssertions.use(clientId, 'd', 1001)).toBe('replayed');
    });
  });

  describe('revoked tokens', () => {
    it('are known until they are purged; adding one again changes nothing', async () => {
      const [jti, later] = [randomUUID(), randomUUID()];
      expect(await store().revokedTokens.has(jti)).toBe(false);
      await store().revokedTokens.add(jti, 1000);
      await store().revokedTokens.add(jti, 2000);
      await store().revokedTokens.add(later, 1001);
      expect(await store().revokedTokens.has(jti)).toBe(true);
      expect(await store().revokedTokens.purge(1000, 10)).toBe(1);
      expect(await store().revokedTokens.has(jti)).toBe(false);
      expect(await store().revokedTokens.has(later)).toBe(true);
    });
  });
}
