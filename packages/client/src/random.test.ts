import { describe, expect, it } from 'vitest';
import { randomValue, sameValue } from './random.js';

describe('randomValue', () => {
  it('has 43 unreserved characters: a code verifier of 256 bits (RFC 7636 §4.1)', () => {
    expect(randomValue()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('differs at every call', () => {
    expect(new Set(Array.from({ length: 100 }, randomValue)).size).toBe(100);
  });
});

describe('sameValue', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['abcd', 'abc', false],
    ['', 'a', false],
  ])('compares %j with %j', (left, right, same) => {
    expect(sameValue(left, right)).toBe(same);
  });
});
