import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  createKnownBrowsers,
  KNOWN_BROWSER_SECONDS,
  type KnownAccount,
} from '../../src/accounts/known-browsers.js';

const NAME_BYTES = 16;
const ENTRY_BYTES = 20;

const key = randomBytes(32);
let now = 1_800_000_000;
const browsers = createKnownBrowsers({ current: { derive: () => key }, earlier: [] }, randomBytes, () => now);
const accounts = Array.from(
  { length: 4 },
  (_, index): KnownAccount => ({
    id: `account-${index}`,
    passwordHash: `hash-${index}`,
  }),
);
const [ada, grace, edsger, barbara] = accounts as [KnownAccount, KnownAccount, KnownAccount, KnownAccount];

it('keeps the three accounts that signed in last', () => {
  const cookie = accounts.reduce<string | undefined>(
    (previous, account) => browsers.remember(previous, account),
    undefined,
  );
  const known = accounts.filter((account) => browsers.find(cookie, account) !== undefined);
  expect(known).toEqual([grace, edsger, barbara]);
});

it.each([
  { what: 'an empty cookie', bytes: 0 },
  { what: 'a name without an account', bytes: NAME_BYTES },
  { what: 'half an entry', bytes: NAME_BYTES + ENTRY_BYTES / 2 },
  { what: 'one byte too many', bytes: NAME_BYTES + ENTRY_BYTES + 1 },
  { what: 'a byte missing from the third entry', bytes: NAME_BYTES + 3 * ENTRY_BYTES - 1 },
  { what: 'more accounts than it may have', bytes: NAME_BYTES + 4 * ENTRY_BYTES },
])('ignores $what, and replaces it at the next sign-in', ({ bytes }) => {
  const cookie = randomBytes(bytes).toString('base64url');
  expect(browsers.find(cookie, ada)).toBeUndefined();
  const replaced = Buffer.from(browsers.remember(cookie, ada), 'base64url');
  expect(replaced).toHaveLength(NAME_BYTES + ENTRY_BYTES);
  expect(replaced.subarray(0, NAME_BYTES)).not.toEqual(
    Buffer.from(cookie, 'base64url').subarray(0, NAME_BYTES),
  );
});

it('ignores a cookie of more accounts than allowed, even if each entry is valid', () => {
  const cookies = accounts.map((account) => Buffer.from(browsers.remember(undefined, account), 'base64url'));
  const [first] = cookies as [Buffer];
  const entries = Array.from({ length: 4 }, () => first.subarray(NAME_BYTES));
  const tooMany = Buffer.concat([first.subarray(0, NAME_BYTES), ...entries]).toString('base64url');
  expect(browsers.find(first.toString('base64url'), ada)).toBeDefined();
  expect(browsers.find(tooMany, ada)).toBeUndefined();
});

it('removes a browser half a year after its last sign-in', () => {
  const cookie = browsers.remember(undefined, ada);
  now += KNOWN_BROWSER_SECONDS - 1;
  expect(browsers.find(cookie, ada)).toBeDefined();
  now += 1;
  expect(browsers.find(cookie, ada)).toBeUndefined();
});
