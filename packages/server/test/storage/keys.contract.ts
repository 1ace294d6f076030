import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SigningKeyRecord, Store } from '../../src/storage/ports/index.js';
import { atOnce, countOf, NOW } from './fixtures.js';

const signingKey = (generation: number): SigningKeyRecord => ({
  kid: randomUUID(),
  algorithm: 'ES256',
  generation,
  publicJwk: '{"kty":"EC"}',
  sealedPrivateJwk: 'sealed',
  createdAt: NOW,
});

const apiKey = (expiresAt: number | null) => ({
  id: randomUUID(),
  name: 'CI',
  hash: randomUUID(),
  prefix: 'gra_12ab',
  createdAt: NOW,
  expiresAt,
});

export function keysContract(store: () => Store): void {
  describe('signing keys', () => {
    it('lists the keys as they were written', async () => {
      const first = signingKey(1);
      const rsa: SigningKeyRecord = { ...signingKey(1), algorithm: 'RS256' };
      expect(await store().keys.add(first)).toBe('added');
      expect(await store().keys.add(rsa)).toBe('added');
      expect(await store().keys.list()).toEqual([first, rsa]);
    });

    it('takes one of the keys that many processes add for one generation', async () => {
      const keys = Array.from({ length: 20 }, () => signingKey(2));
      const outcomes = await atOnce(20, (index) => store().keys.add(keys[index] ?? signingKey(2)));
      expect(countOf(outcomes, 'added')).toBe(1);
      expect(countOf(outcomes, 'generationTaken')).toBe(19);
      const winner = keys[outcomes.indexOf('added')];
      const listed = await store().keys.list();
      expect(listed.filter(({ generation }) => generation === 2)).toEqual([winner]);
    });
  });

  describe('keys to the management API', () => {
    it('finds a key until it expires', async () => {
      const key = apiKey(NOW + 10);
      await store().apiKeys.put(key);
      expect(await store().apiKeys.find(key.hash, NOW + 9)).toEqual(key);
      expect(await store().apiKeys.find(key.hash, NOW + 10)).toBeUndefined();
    });

    it('finds a key without an expiry at any time', async () => {
      const key = apiKey(null);
      await store().apiKeys.put(key);
      expect(await store().apiKeys.find(key.hash, NOW * 2)).toEqual(key);
      expect(await store().apiKeys.find('none', NOW)).toBeUndefined();
    });

    it('puts a key in the place of the one with its ID, which opens nothing any more', async () => {
      const old = apiKey(null);
      const replacement = { ...apiKey(null), id: old.id };
      await store().apiKeys.put(old);
      await store().apiKeys.put(replacement);
      expect(await store().apiKeys.find(old.hash, NOW)).toBeUndefined();
      expect(await store().apiKeys.find(replacement.hash, NOW)).toEqual(replacement);
    });

    it('deletes a key', async () => {
      const key = apiKey(null);
      await store().apiKeys.put(key);
      expect(await store().apiKeys.delete(key.id)).toBe('deleted');
      expect(await store().apiKeys.find(key.hash, NOW)).toBeUndefined();
      expect(await store().apiKeys.delete(key.id)).toBe('missing');
    });
  });
}
