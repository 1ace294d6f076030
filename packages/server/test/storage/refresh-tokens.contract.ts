import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/ports/index.js';
import { NOW, seedTokens, successorOf } from './fixtures.js';

export function refreshTokensContract(store: () => Store): void {
  const grants = () => store().grants;
  const isLive = async (grantId: string) => (await grants().find(grantId))?.grant.revokedAt === null;
  const seedRotated = async () => {
    const seeded = await seedTokens(store());
    const next = successorOf(seeded.refreshToken);
    await grants().rotateRefreshToken(seeded.refreshToken, next, 'first', NOW + 5);
    return { ...seeded, next };
  };

  describe('refresh tokens', () => {
    it('rotates a token: its successor is current, and it keeps the stored response', async () => {
      const { refreshToken } = await seedTokens(store());
      const next = successorOf(refreshToken, NOW + 7200);
      const outcome = await grants().rotateRefreshToken(refreshToken, next, 'sealed 🔒', NOW + 5);
      expect(outcome).toEqual({ outcome: 'rotated' });
      expect((await grants().findRefreshToken(refreshToken))?.token).toEqual({
        state: 'spent',
        binding: 'none',
        retry: { spentAt: NOW + 5, sealedResponse: 'sealed 🔒' },
      });
      expect((await grants().findRefreshToken(next.refreshToken))?.token).toEqual({
        state: 'current',
        binding: 'none',
        createdAt: NOW,
        expiresAt: NOW + 7200,
      });
      expect(await grants().findOpaqueAccessToken(next.accessToken.hash)).toBeDefined();
    });

    it('returns the first response to a second request, adds nothing and revokes nothing', async () => {
      const { grant, refreshToken, next } = await seedRotated();
      const late = successorOf(refreshToken);
      expect(await grants().rotateRefreshToken(refreshToken, late, 'second', NOW + 6)).toEqual({
        outcome: 'alreadyRotated',
        token: { state: 'spent', binding: 'none', retry: { spentAt: NOW + 5, sealedResponse: 'first' } },
      });
      expect((await grants().findRefreshToken(next.refreshToken))?.token.state).toBe('current');
      expect(await grants().findOpaqueAccessToken(late.accessToken.hash)).toBeUndefined();
      expect(await isLive(grant.id)).toBe(true);
    });

    it('has no response for a retry once the successor was used, and knows every token of the family as spent', async () => {
      const { refreshToken, next } = await seedRotated();
      const third = successorOf(refreshToken);
      await grants().rotateRefreshToken(next.refreshToken, third, 'second', NOW + 6);
      expect(
        await grants().rotateRefreshToken(refreshToken, successorOf(refreshToken), 's', NOW + 7),
      ).toEqual({
        outcome: 'alreadyRotated',
        token: { state: 'spent', binding: 'none', retry: null },
      });
      expect((await grants().findRefreshToken(next.refreshToken))?.token).toEqual({
        state: 'spent',
        binding: 'none',
        retry: { spentAt: NOW + 6, sealedResponse: 'second' },
      });
      expect((await grants().findRefreshToken(third.refreshToken))?.token.state).toBe('current');
    });

    it('returns no response for a token of a revoked grant, spent or not', async () => {
      const spent = await seedRotated();
      const unspent = await seedTokens(store());
      for (const { grant, refreshToken } of [spent, unspent]) {
        await grants().revoke(grant.id, NOW);
        const next = successorOf(refreshToken);
        const outcome = await grants().rotateRefreshToken(refreshToken, next, 'late', NOW + 1);
        expect(outcome).toEqual({ outcome: 'missing' });
        expect(await grants().findOpaqueAccessToken(next.accessToken.hash)).toBeUndefined();
      }
      expect((await grants().findRefreshToken(unspent.refreshToken))?.token.state).toBe('current');
    });

    it('reports an unknown token', async () => {
      const { refreshToken } = await seedTokens(store());
      const none = { familyHash: 'none', hash: 'none' };
      const successor = { ...successorOf(refreshToken), accessToken: null };
      const outcome = await grants().rotateRefreshToken(none, successor, 'sealed', NOW);
      expect(outcome).toEqual({ outcome: 'missing' });
      expect(await grants().keepRefreshToken(none, successor, NOW + 60, NOW)).toBe('missing');
    });

    it('does not spend a token whose access token cannot be added', async () => {
      const { accessToken, refreshToken } = await seedTokens(store());
      const clash = { ...successorOf(refreshToken), accessToken };
      await expect(grants().rotateRefreshToken(refreshToken, clash, 'sealed', NOW)).rejects.toThrow();
      const outcome = await grants().rotateRefreshToken(refreshToken, successorOf(refreshToken), 's', NOW);
      expect(outcome).toEqual({ outcome: 'rotated' });
    });

    it('keeps the current token and moves its expiry; the previous one has no response for a retry then', async () => {
      const { grant, refreshToken, next } = await seedRotated();
      const nothing = { grantId: grant.id, accessToken: null };
      const kept = await grants().keepRefreshToken(next.refreshToken, nothing, NOW + 9000, NOW + 6);
      expect(kept).toBe('kept');
      expect((await grants().findRefreshToken(next.refreshToken))?.token).toMatchObject({
        state: 'current',
        expiresAt: NOW + 9000,
      });
      expect((await grants().findRefreshToken(refreshToken))?.token).toEqual({
        state: 'spent',
        binding: 'none',
        retry: null,
      });
      expect(await grants().keepRefreshToken(refreshToken, nothing, NOW + 9999, NOW + 7)).toBe('missing');
    });

    it('keeps no token of a revoked grant, and adds no access token to it', async () => {
      const { grant, refreshToken } = await seedTokens(store());
      await grants().revoke(grant.id, NOW);
      const next = successorOf(refreshToken);
      expect(await grants().keepRefreshToken(refreshToken, next, NOW + 9000, NOW)).toBe('missing');
      expect(await grants().findOpaqueAccessToken(next.accessToken.hash)).toBeUndefined();
      expect((await grants().findRefreshToken(refreshToken))?.token).toMatchObject({
        expiresAt: refreshToken.expiresAt,
      });
    });

    it('keeps 32 opaque access tokens of a grant, the newest among them, however often it is refreshed', async () => {
      const { grant, refreshToken, accessToken } = await seedTokens(store());
      const other = await seedTokens(store());
      let current = refreshToken;
      const issued = [accessToken];
      for (let turn = 1; turn <= 40; turn += 1) {
        const next = successorOf(refreshToken, NOW + 3600 + turn);
        await grants().rotateRefreshToken(current, next, 'sealed', NOW + turn);
        current = next.refreshToken;
        issued.push(next.accessToken);
      }
      const kept = successorOf(refreshToken, NOW + 4000);
      await grants().keepRefreshToken(current, kept, NOW + 9000, NOW + 41);
      issued.push(kept.accessToken);
      const found = await Promise.all(issued.map(({ hash }) => grants().findOpaqueAccessToken(hash)));
      expect(found.map((token) => token !== undefined)).toEqual(
        issued.map((_, index) => index >= issued.length - 32),
      );
      expect(await isLive(grant.id)).toBe(true);
      expect(await grants().findOpaqueAccessToken(other.accessToken.hash)).toBeDefined();
    });
  });
}
