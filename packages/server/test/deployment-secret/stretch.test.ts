import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import {
  createDeploymentKeys,
  currentOnly,
  keyLabels,
  stretchedOnly,
} from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealer } from '../../src/crypto/seal.js';
import { rememberStretched, stretchSecret } from '../../src/crypto/stretch.js';

const secret = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';
const secretPrevious = 'Rk3Wz8Qp1Xv6Tn0Lb5Jd9Hs2Gf7Mc4Ya';

/** How versions before the secret was stretched made their keys. */
const oldKey = (from: string, label: string) => Buffer.from(hkdfSync('sha256', from, 'grantor', label, 32));
const oldKeysOf = (from: string, context?: string) => ({
  current: { derive: (label: string) => oldKey(context === undefined ? from : `${from} ${context}`, label) },
  earlier: [],
});

describe('the keys of a deployment', () => {
  it('are stretched with scrypt, N = 2^17, r = 8, p = 1, by default', async () => {
    const stretched = await stretchSecret(secret);
    expect(stretched.toString('hex')).toBe(
      '3e88da0c9e736af5f61f2ec1a3e6d24d22a72b3afd96b0666f5feeeada8237db',
    );
  });

  it('are stretched once for each secret, with any number of keys', async () => {
    const stretched: string[] = [];
    const stretch = rememberStretched((text) => {
      stretched.push(text);
      return cheapStretch(text);
    });
    const keys = await createDeploymentKeys({ secret, secretPrevious }, stretch);
    await createDeploymentKeys({ secret, secretPrevious }, stretch);
    for (const label of keyLabels) keys.current.derive(label);
    expect(stretched).toEqual([secret, secretPrevious]);
  });

  it('differ for each label and each context', async () => {
    const { current } = await createDeploymentKeys({ secret }, cheapStretch);
    const derived = keyLabels.flatMap((label) => [current.derive(label), current.derive(label, 'x')]);
    expect(new Set(derived.map((key) => key.toString('hex'))).size).toBe(2 * keyLabels.length);
    expect(derived.every((key) => key.length === 32)).toBe(true);
  });

  it('differ from those of the secret without the stretch, which would make guesses cheap', async () => {
    const { current } = await createDeploymentKeys({ secret }, cheapStretch);
    for (const label of keyLabels) {
      expect(current.derive(label).equals(oldKey(secret, label))).toBe(false);
    }
  });

  it('decrypt what was encrypted before the secret was stretched, and encrypt it with the current key', async () => {
    const keys = await createDeploymentKeys({ secret: 'another', secretPrevious: secret }, cheapStretch);
    for (const [holder, context] of [
      [secret, undefined],
      [secret, 'a refresh token'],
      ['another', undefined],
    ] as const) {
      const sealed = createSealer(oldKeysOf(holder, context), 'signing-keys', systemRandom).seal('text');
      const sealer = createSealer(keys, 'signing-keys', systemRandom, context);
      expect(sealer.open(sealed)).toBe('text');
      const fresh = sealer.reseal(sealed) ?? '';
      expect(fresh).not.toBe(sealed);
      expect(createSealer(currentOnly(keys), 'signing-keys', systemRandom, context).open(fresh)).toBe('text');
      expect(sealer.reseal(fresh)).toBe(fresh);
    }
    expect(createSealer(keys, 'signing-keys', systemRandom).reseal('x'.repeat(60))).toBeUndefined();
  });

  it('do not decrypt tickets and cookies that were encrypted without the stretch', async () => {
    const keys = await createDeploymentKeys({ secret, secretPrevious }, cheapStretch);
    for (const known of [secret, secretPrevious]) {
      const forged = createSealer(oldKeysOf(known), 'authorization-ticket', systemRandom).seal('{}');
      expect(
        createSealer(stretchedOnly(keys), 'authorization-ticket', systemRandom).open(forged),
      ).toBeUndefined();
    }
  });
});
