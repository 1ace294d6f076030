import { expect, it } from 'vitest';
import { randomId } from './random.js';

it('creates names that begin with a letter, so that none is an option on a command line', () => {
  // The first 6 bits alone decide the first character.
  const names = Array.from({ length: 256 }, (_, first) =>
    randomId((size) => Buffer.alloc(size, 0xff).fill(first, 0, 1)),
  );
  for (const name of names) expect(name).toMatch(/^[A-Za-z][\w-]{21}$/);
  expect(new Set(names).size).toBe(128);
});
