import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/ports/index.js';
import { atOnce, countOf, NOW } from './fixtures.js';

const request = (fields: object = {}) => ({
  caller: randomUUID(),
  keyHash: 'hash-of-a-key',
  fingerprint: 'hash-of-a-request',
  createdAt: NOW,
  ...fields,
});

export function idempotentRequestsContract(store: () => Store): void {
  describe('requests that can be sent again', () => {
    it('gives a key to the first request, and returns that request to the others', async () => {
      const wanted = request();
      expect(await store().idempotentRequests.claim(wanted, NOW - 60)).toBe('claimed');
      expect(await store().idempotentRequests.claim({ ...wanted, fingerprint: 'other' }, NOW - 60)).toEqual({
        ...wanted,
        sealedResponse: null,
        isUnknown: false,
      });
      await store().idempotentRequests.keep(wanted, 'sealed');
      expect(await store().idempotentRequests.claim(wanted, NOW - 60)).toMatchObject({
        sealedResponse: 'sealed',
      });
    });

    it('gives it to one of twenty simultaneous requests', async () => {
      const wanted = request();
      const outcomes = await atOnce(20, () => store().idempotentRequests.claim(wanted, NOW - 60));
      expect(countOf(outcomes, 'claimed')).toBe(1);
    });

    it('gives an expired key to one of twenty simultaneous requests, without the earlier response', async () => {
      const old = request();
      await store().idempotentRequests.claim(old, NOW - 60);
      await store().idempotentRequests.keep(old, 'sealed');
      const again = { ...old, createdAt: NOW + 100, fingerprint: 'new' };
      const outcomes = await atOnce(20, () => store().idempotentRequests.claim(again, NOW + 40));
      expect(countOf(outcomes, 'claimed')).toBe(1);
      const others = outcomes.filter((outcome) => outcome !== 'claimed');
      expect(others).toEqual(others.map(() => ({ ...again, sealedResponse: null, isUnknown: false })));
    });

    it('keeps the same key of two callers apart', async () => {
      expect(await store().idempotentRequests.claim(request(), NOW)).toBe('claimed');
      expect(await store().idempotentRequests.claim(request(), NOW)).toBe('claimed');
    });

    it('gives a released key to the next request, and keeps one whose effect is unknown', async () => {
      const wanted = request();
      await store().idempotentRequests.claim(wanted, NOW);
      await store().idempotentRequests.release(wanted);
      expect(await store().idempotentRequests.claim(wanted, NOW)).toBe('claimed');
      await store().idempotentRequests.giveUp(wanted);
      expect(await store().idempotentRequests.claim(wanted, NOW)).toMatchObject({ isUnknown: true });
    });

    it('is not released for a request that claimed it at another time', async () => {
      const wanted = request({ createdAt: 200 });
      await store().idempotentRequests.claim(wanted, 0);
      await store().idempotentRequests.release({ ...wanted, createdAt: 100 });
      expect(await store().idempotentRequests.claim(wanted, 0)).toMatchObject({ createdAt: 200 });
    });

    it('deletes requests from before a time, and no others', async () => {
      const long = request({ createdAt: 100 });
      const short = request({ createdAt: 200 });
      await store().idempotentRequests.claim(long, 0);
      await store().idempotentRequests.claim(short, 0);
      expect(await store().idempotentRequests.purge(200, 50)).toBe(1);
      expect(await store().idempotentRequests.claim(short, 0)).toMatchObject({ createdAt: 200 });
    });
  });
}
