import { expect, it } from 'vitest';
import { equalInConstantTime, sha256 } from './hash.js';

// RFC 6234 §8.5
it('hashes UTF-8 with SHA-256', () => {
  expect(sha256('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  expect(sha256('\u00e9')).toBe(sha256(Buffer.from([0xc3, 0xa9]).toString('utf8')));
});

it.each([
  ['abc', 'abc', true],
  ['', '', true],
  ['abc', 'abd', false],
  ['abc', 'ab', false],
  ['ab', 'abc', false],
  ['', 'abc', false],
  ['abc', '', false],
  // The same number of UTF-16 units, but not of bytes.
  ['\u00e9', 'e', false],
])('compares %j with %j', (a, b, equal) => {
  expect(equalInConstantTime(a, b)).toBe(equal);
});
