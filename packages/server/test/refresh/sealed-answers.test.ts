import { expect, it } from 'vitest';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealedAnswers } from '../../src/grants/sealed-answers.js';

const secret = 'a secret for tests, with more than 32 characters';
const family = 'F'.repeat(43);
const token = `${family}${'a'.repeat(43)}`;

it('a sealed answer opens with its own refresh token only, and with the secret of the deployment', () => {
  const answers = createSealedAnswers(secret, systemRandom);
  const sealed = answers.seal(token, 'the answer');
  expect(answers.open(token, sealed)).toBe('the answer');
  for (const other of [`${family}${'b'.repeat(43)}`, family, '', `${token}b`]) {
    expect(answers.open(other, sealed)).toBeUndefined();
  }
  const elsewhere = createSealedAnswers(`another ${secret}`, systemRandom);
  expect(elsewhere.open(token, sealed)).toBeUndefined();
});

it('a sealed answer opens with its own refresh token after the secret of the deployment was replaced', () => {
  const sealed = createSealedAnswers(secret, systemRandom).seal(token, 'the answer');
  const after = createSealedAnswers(`another ${secret}`, systemRandom, secret);
  expect(after.open(token, sealed)).toBe('the answer');
  expect(after.open(family, sealed)).toBeUndefined();
});
