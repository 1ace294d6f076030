import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/ports/index.js';
import {
  atOnce,
  countOf,
  NOW,
  pending,
  seed,
  seedGrant,
  seedTokens,
  successorOf,
  tokens,
} from './fixtures.js';
import { startProcess } from './other-process.js';

export function racesContract(store: () => Store, url: () => string): void {
  describe('races', () => {
    it('redeems a code for one of 200 simultaneous requests, and revokes its grant (RFC 6749 §4.1.2)', async () => {
      const { grant, code } = await seedGrant(store());
      const issued = Array.from({ length: 200 }, () => tokens(grant.id));
      const outcomes = await Promise.all(
        issued.map((each) => store().grants.redeemCode(code.hash, each, NOW)),
      );
      expect(countOf(outcomes, 'redeemed')).toBe(1);
      expect(countOf(outcomes, 'alreadyRedeemed')).toBe(199);
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW);
      for (const [index, { refreshToken }] of issued.entries()) {
        const found = await store().grants.findRefreshToken(refreshToken);
        expect(found !== undefined).toBe(outcomes[index] === 'redeemed');
      }
    });

    it('rotates a refresh token for one of 200 simultaneous requests, and gives the others its response', async () => {
      const { grant, refreshToken } = await seedTokens(store());
      const successors = Array.from({ length: 200 }, () => successorOf(refreshToken));
      const outcomes = await Promise.all(
        successors.map((each, index) =>
          store().grants.rotateRefreshToken(refreshToken, each, `answer ${index}`, NOW),
        ),
      );
      const winner = outcomes.findIndex(({ outcome }) => outcome === 'rotated');
      const others = outcomes.filter((_, index) => index !== winner);
      expect(others).toEqual(
        Array.from({ length: 199 }, () => ({
          outcome: 'alreadyRotated',
          token: {
            state: 'spent',
            binding: 'none',
            retry: { spentAt: NOW, sealedResponse: `answer ${winner}` },
          },
        })),
      );
      for (const [index, each] of successors.entries()) {
        const found = await store().grants.findRefreshToken(each.refreshToken);
        expect(found?.token.state).toBe(index === winner ? 'current' : 'spent');
      }
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBeNull();
    });

    it('redeems each code once in two stores of one process', async () => {
      const other = await openStore(url());
      const written = await atOnce(30, () => seedGrant(store()));
      const outcomes = await Promise.all(
        written.map(({ grant, code }) =>
          Promise.all([
            store().grants.redeemCode(code.hash, tokens(grant.id), NOW),
            other.grants.redeemCode(code.hash, tokens(grant.id), NOW),
          ]),
        ),
      );
      await other.close();
      for (const pair of outcomes) expect(pair.toSorted()).toEqual(['alreadyRedeemed', 'redeemed']);
    });

    it('redeems each code once in two processes', async () => {
      const owner = await seed(store());
      const written = Array.from({ length: 100 }, () => pending(owner));
      await Promise.all(written.map(({ grant, code }) => store().grants.create({ grant, code })));
      const racers = [startProcess(url()), startProcess(url())];
      for (const racer of racers) await racer.ready();
      const codes = written.map(({ grant, code }) => ({ hash: code.hash, grantId: grant.id }));
      const results = await Promise.all(racers.map((racer) => racer.ask({ redeem: codes, now: NOW })));
      for (const racer of racers) await racer.stop();

      for (const [index, { grant }] of written.entries()) {
        const pair = results.map((outcomes) => outcomes[index]);
        expect(pair.toSorted()).toEqual(['alreadyRedeemed', 'redeemed']);
        expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW);
      }
    });

    it('revokes a grant with the tokens that are rotated at the same time', async () => {
      const { grant, refreshToken } = await seedTokens(store());
      const [revoked] = await Promise.all([
        store().grants.revoke(grant.id, NOW),
        ...Array.from({ length: 10 }, () =>
          store().grants.rotateRefreshToken(refreshToken, successorOf(refreshToken), 'sealed', NOW),
        ),
      ]);
      expect(revoked).toBe('revoked');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW);
      const late = await store().grants.rotateRefreshToken(refreshToken, successorOf(refreshToken), 's', NOW);
      expect(late).toEqual({ outcome: 'missing' });
    });

    it('deletes a client while its codes are redeemed, with all of its rows', async () => {
      const owner = await seed(store());
      const written = Array.from({ length: 20 }, () => pending(owner));
      await Promise.all(written.map(({ grant, code }) => store().grants.create({ grant, code })));
      const redeem = ({ grant, code }: (typeof written)[number]) =>
        store().grants.redeemCode(code.hash, tokens(grant.id), NOW);
      const [deleted, ...outcomes] = await Promise.all([
        store().clients.delete(owner.clientId),
        ...written.map(redeem),
      ]);
      expect(deleted).toBe('deleted');
      expect(outcomes.every((outcome) => outcome === 'redeemed' || outcome === 'missing')).toBe(true);
      for (const { grant } of written) expect(await store().grants.find(grant.id)).toBeUndefined();
    });
  });
}
