import { expect, it } from 'vitest';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealedResponses } from '../../src/grants/sealed-responses.js';

const secret = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';
const next = 'Ve7Bq2Nw9Ks4Zt1Xf6Pj0Rm5Hd8Lc3Gy';
const keysOf = (settings: { secret: string; secretPrevious?: string }) =>
  createDeploymentKeys(settings, cheapStretch);
const family = 'F'.repeat(43);
const token = `${family}${'a'.repeat(43)}`;

it('a stored response is decrypted only with its own refresh token and the secret of the deployment', async () => {
  const responses = createSealedResponses(await keysOf({ secret }), systemRandom);
  const sealed = responses.seal(token, 'the response');
  expect(responses.open(token, sealed)).toBe('the response');
  for (const other of [`${family}${'b'.repeat(43)}`, family, '', `${token}b`]) {
    expect(responses.open(other, sealed)).toBeUndefined();
  }
  const elsewhere = createSealedResponses(await keysOf({ secret: next }), systemRandom);
  expect(elsewhere.open(token, sealed)).toBeUndefined();
});

it('a stored response is decrypted with its own refresh token after the secret of the deployment was replaced', async () => {
  const sealed = createSealedResponses(await keysOf({ secret }), systemRandom).seal(token, 'the response');
  const after = createSealedResponses(await keysOf({ secret: next, secretPrevious: secret }), systemRandom);
  expect(after.open(token, sealed)).toBe('the response');
  expect(after.open(family, sealed)).toBeUndefined();
});
