import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SigningKeyRecord, Store } from '../../src/storage/ports/index.js';
import { atOnce, client, countOf, NOW } from './fixtures.js';

const signingKey = (generation: number): SigningKeyRecord => ({
  kid: randomUUID(),
  algorithm: 'ES256',
  generation,
  publicJwk: '{"kty":"EC"}',
  sealedPrivateJwk: 'sealed',
  createdAt: NOW,
  signsFrom: null,
  tokenSeconds: 900,
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

    it('accepts one of many simultaneous keys of one generation', async () => {
      const keys = Array.from({ length: 20 }, () => signingKey(2));
      const outcomes = await atOnce(20, (index) => store().keys.add(keys[index] ?? signingKey(2)));
      expect(countOf(outcomes, 'added')).toBe(1);
      expect(countOf(outcomes, 'generationTaken')).toBe(19);
      const winner = keys[outcomes.indexOf('added')];
      const listed = await store().keys.list();
      expect(listed.filter(({ generation }) => generation === 2)).toEqual([winner]);
    });

    const added = async (generation: number, more: Partial<SigningKeyRecord> = {}) => {
      const key: SigningKeyRecord = { ...signingKey(generation), algorithm: 'PS256', ...more };
      expect(await store().keys.add(key)).toBe('added');
      return key;
    };
    const found = async ({ kid }: SigningKeyRecord) =>
      (await store().keys.list()).find((key) => key.kid === kid);

    it('sets once when a key begins to sign, in simultaneous calls', async () => {
      const key = await added(10);
      const outcomes = await atOnce(20, (index) => store().keys.startSigning(key.kid, NOW + index));
      expect(countOf(outcomes, 'settled')).toBe(1);
      const signsFrom = NOW + outcomes.indexOf('settled');
      expect(await found(key)).toEqual({ ...key, signsFrom });
      expect(await store().keys.startSigning('none', NOW)).toBe('notNow');
    });

    it('raises the lifetime of the tokens of a key, and never lowers it', async () => {
      const key = await added(11);
      await store().keys.raiseTokenSeconds(key.kid, 3600);
      await store().keys.raiseTokenSeconds(key.kid, 60);
      expect(await found(key)).toEqual({ ...key, tokenSeconds: 3600 });
    });

    it('encrypts a key again unless another process did meanwhile', async () => {
      const key = await added(12);
      expect(await store().keys.reseal(key.kid, 'another', 'new')).toBe('changedMeanwhile');
      expect(await store().keys.reseal(key.kid, 'sealed', 'new')).toBe('resealed');
      expect(await found(key)).toEqual({ ...key, sealedPrivateJwk: 'new' });
    });

    it('replaces the older keys of one algorithm, whole or not at all', async () => {
      const rsa = await added(20, { algorithm: 'RS256' });
      const older = await added(13);
      const taken = { ...signingKey(13), algorithm: 'PS256' as const };
      expect(await store().keys.replaceOlder(taken)).toBe('generationTaken');
      expect(await found(older)).toEqual(older);
      const fresh: SigningKeyRecord = { ...signingKey(14), algorithm: 'PS256', signsFrom: NOW };
      expect(await store().keys.replaceOlder(fresh)).toBe('replaced');
      const left = await store().keys.list();
      expect(left.filter(({ algorithm }) => algorithm === 'PS256')).toEqual([fresh]);
      expect(left).toContainEqual(rsa);
    });

    it('removes a key', async () => {
      const key = await added(15);
      await store().keys.remove(key.kid);
      expect(await found(key)).toBeUndefined();
    });
  });

  describe('sealed client secrets', () => {
    it('lists them page by page, and only clients that have one', async () => {
      const apps = [client(), client(), client()].map((app) => ({
        ...app,
        sealedSecret: `sealed ${app.id}`,
      }));
      const without = client();
      for (const app of [...apps, without]) await store().clients.create(app);
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const page = await store().sealedSecrets.list(after, 2);
        seen.push(...page.map(({ clientId, sealed }) => `${clientId}: ${sealed}`));
        after = page.at(-1)?.clientId ?? null;
        if (after === null) break;
      }
      expect(seen).toEqual(expect.arrayContaining(apps.map(({ id }) => `${id}: sealed ${id}`)));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.some((line) => line.startsWith(without.id))).toBe(false);
    });

    it('encrypts one again unless another process did meanwhile', async () => {
      const app = { ...client(), sealedSecret: 'old' };
      await store().clients.create(app);
      expect(await store().sealedSecrets.reseal(app.id, 'another', 'new')).toBe('changedMeanwhile');
      expect(await store().sealedSecrets.reseal(app.id, 'old', 'new')).toBe('resealed');
      expect((await store().clients.find(app.id))?.sealedSecret).toBe('new');
    });
  });
}
