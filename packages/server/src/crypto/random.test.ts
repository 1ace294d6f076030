import { expect, it } from 'vitest';
import { createPooledRandom, randomId } from './random.js';

it('creates names that begin with a letter, so that none is an option on a command line', () => {
  // The first 6 bits alone decide the first character.
  const names = Array.from({ length: 256 }, (_, first) =>
    randomId((size) => Buffer.alloc(size, 0xff).fill(first, 0, 1)),
  );
  for (const name of names) expect(name).toMatch(/^[A-Za-z][\w-]{21}$/);
  expect(new Set(names).size).toBe(128);
});

it('returns each byte of its pool once', () => {
  let filled = 0;
  const random = createPooledRandom((pool) => {
    // Each fill has numbers of its own, in words of four bytes.
    for (let at = 0; at < pool.length; at += 4) pool.writeUInt32BE(filled++, at);
  });
  const words = Array.from({ length: 1000 }, (_, index) => random(4 * (1 + (index % 24)))).flatMap((bytes) =>
    Array.from({ length: bytes.length / 4 }, (__, word) => bytes.readUInt32BE(word * 4)),
  );
  expect(new Set(words).size).toBe(words.length);
});

it('returns more bytes than its pool has', () => {
  const random = createPooledRandom();
  expect(random(10_000)).toHaveLength(10_000);
  expect(random(5000).equals(random(5000))).toBe(false);
});

it('returns bytes that stay as they are when more are requested', () => {
  const random = createPooledRandom();
  const bytes = random(32);
  const copy = Buffer.from(bytes);
  for (let count = 0; count < 1000; count += 1) random(32);
  expect(bytes.equals(copy)).toBe(true);
});
