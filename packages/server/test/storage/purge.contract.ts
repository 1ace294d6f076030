import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/ports/index.js';
import {
  account,
  type Backend,
  NOW,
  noTokens,
  ofDeveloper,
  pending,
  seed,
  sessionOf,
  successorOf,
  tokens,
} from './fixtures.js';

const LONG_AGO = 0;

export function purgeContract(backend: Backend): void {
  describe('purging', () => {
    let store: Store;

    beforeEach(async () => {
      store = await openStore(await backend.createDatabase());
    });
    afterEach(() => store.close());

    /** A grant whose code and tokens expire at different times. */
    async function grantWith(codeExpiresAt: number, tokensExpireAt: number | null) {
      const written = pending(await seed(store), {
        grant: { expiresAt: codeExpiresAt },
        code: { expiresAt: codeExpiresAt },
      });
      await store.grants.create(written);
      const issued = tokens(written.grant.id, tokensExpireAt ?? 0);
      const added = tokensExpireAt === null ? noTokens(written.grant.id) : issued;
      await store.grants.redeemCode(written.code.hash, added, NOW);
      return { ...written, ...issued };
    }

    async function purgeAll(expiredBefore: number, answersBefore = LONG_AGO, limit = 100): Promise<void> {
      while ((await store.grants.purge(expiredBefore, answersBefore, limit)) > 0);
    }

    it('deletes a grant when all of its codes and tokens have expired', async () => {
      const finished = await grantWith(NOW - 2, NOW - 1);
      const neverUsed = await grantWith(NOW - 2, null);
      await purgeAll(NOW);
      for (const { grant, code } of [finished, neverUsed]) {
        expect(await store.grants.find(grant.id)).toBeUndefined();
        expect(await store.grants.findCode(code.hash)).toBeUndefined();
      }
      expect(await store.grants.findRefreshToken(finished.refreshToken)).toBeUndefined();
      expect(await store.grants.findOpaqueAccessToken(finished.accessToken.hash)).toBeUndefined();
    });

    it('deletes a grant without a code when it has expired and has no token', async () => {
      const owner = await seed(store);
      const jwt = { ...ofDeveloper(owner, { expiresAt: NOW + 10 }), tokens: undefined };
      const opaque = ofDeveloper(await seed(store), { expiresAt: NOW + 10 });
      for (const written of [jwt, opaque]) await store.grants.create(written);
      await purgeAll(NOW + 10);
      for (const { grant } of [jwt, opaque]) expect(await store.grants.find(grant.id)).toBeDefined();
      await purgeAll(NOW + 11);
      for (const { grant } of [jwt, opaque]) expect(await store.grants.find(grant.id)).toBeUndefined();
    });

    it('moves the expiry of a grant to that of its last token, once, and deletes the grant then', async () => {
      const { grant } = await grantWith(NOW - 1, NOW + 50);
      await purgeAll(NOW);
      expect((await store.grants.find(grant.id))?.grant.expiresAt).toBe(NOW + 50);
      expect(await store.grants.purge(NOW + 50, LONG_AGO, 100)).toBe(0);
      await purgeAll(NOW + 51);
      expect(await store.grants.find(grant.id)).toBeUndefined();
    });

    it('deletes an expired code and keeps the grant that has valid tokens', async () => {
      const { grant, code, refreshToken } = await grantWith(NOW - 1, NOW + 1);
      await purgeAll(NOW);
      expect(await store.grants.findCode(code.hash)).toBeUndefined();
      expect(await store.grants.find(grant.id)).toBeDefined();
      expect(await store.grants.findRefreshToken(refreshToken)).toBeDefined();
    });

    it('deletes nothing that expires at the given time or later', async () => {
      const { grant, code } = await grantWith(NOW, NOW);
      expect(await store.grants.purge(NOW, LONG_AGO, 100)).toBe(0);
      expect(await store.grants.findCode(code.hash)).toBeDefined();
      expect(await store.grants.find(grant.id)).toBeDefined();
    });

    it('deletes a grant whose last token was revoked', async () => {
      const { grant, accessToken } = await grantWith(NOW - 1, NOW + 1000);
      await store.grants.deleteOpaqueAccessToken(accessToken.hash);
      await purgeAll(NOW);
      expect(await store.grants.find(grant.id)).toBeDefined();
      await purgeAll(NOW + 1001);
      expect(await store.grants.find(grant.id)).toBeUndefined();
    });

    it('recognises a spent refresh token for as long as its family lives, however long ago it was spent', async () => {
      const { grant, refreshToken } = await grantWith(NOW - 1, NOW + 10);
      await store.grants.rotateRefreshToken(refreshToken, successorOf(refreshToken, NOW + 20), 'sealed', NOW);
      await purgeAll(NOW + 20, NOW);
      expect((await store.grants.findRefreshToken(refreshToken))?.token.state).toBe('spent');
      await purgeAll(NOW + 21, NOW);
      expect(await store.grants.findRefreshToken(refreshToken)).toBeUndefined();
      expect(await store.grants.find(grant.id)).toBeUndefined();
    });

    it('deletes the stored responses of tokens that were spent before a time, and no others', async () => {
      const early = await grantWith(NOW + 1, NOW + 100);
      const late = await grantWith(NOW + 1, NOW + 100);
      const rotate = ({ refreshToken }: typeof early, answer: string, at: number) =>
        store.grants.rotateRefreshToken(refreshToken, successorOf(refreshToken), answer, at);
      await rotate(early, 'a', NOW + 4);
      await rotate(late, 'b', NOW + 5);
      expect(await store.grants.purge(NOW, NOW + 5, 100)).toBe(1);
      const stateOf = async ({ refreshToken }: typeof early) =>
        (await store.grants.findRefreshToken(refreshToken))?.token;
      expect(await stateOf(early)).toEqual({ state: 'spent', binding: 'none', retry: null });
      expect(await stateOf(late)).toEqual({
        state: 'spent',
        binding: 'none',
        retry: { spentAt: NOW + 5, sealedResponse: 'b' },
      });
    });

    it('deletes everything in small batches', async () => {
      const finished = [];
      for (let index = 0; index < 14; index += 1) {
        // Half of them have nothing but their code.
        finished.push(await grantWith(NOW - 20 + index, index % 2 === 0 ? NOW - 1 : null));
      }
      const living = await grantWith(NOW - 5, NOW + 1);
      expect(await store.grants.purge(NOW, LONG_AGO, 2)).toBeLessThanOrEqual(16);
      await purgeAll(NOW, LONG_AGO, 2);
      for (const { grant } of finished) expect(await store.grants.find(grant.id)).toBeUndefined();
      expect(await store.grants.find(living.grant.id)).toBeDefined();
      expect(await store.grants.findCode(living.code.hash)).toBeUndefined();
    });

    it('deletes expired sessions, up to the limit', async () => {
      const user = account();
      await store.accounts.create(user);
      for (let index = 0; index < 5; index += 1) {
        await store.sessions.create(sessionOf(user.id, { tokenHash: `t${index}`, expiresAt: NOW + index }));
      }
      expect(await store.sessions.purge(NOW + 3, 3)).toBe(3);
      expect(await store.sessions.purge(NOW + 3, 3)).toBe(1);
      expect(await store.sessions.purge(NOW + 3, 3)).toBe(0);
      expect(await store.sessions.find('t4', NOW + 3)).toBeDefined();
    });
  });
}
