import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import type { SealingKeys } from '../crypto/deployment-keys.js';
import type { Random } from '../crypto/random.js';
import type { AccountRecord } from '../storage/ports/index.js';

/** How long a browser is known after its last sign-in, in seconds: half a year. */
export const KNOWN_BROWSER_SECONDS = 180 * 86_400;

/** How many accounts one browser is known to. The cookie stays under 128 characters. */
const MAX_ACCOUNTS = 3;

const NAME_BYTES = 16;
const TIME_BYTES = 4;
const MAC_BYTES = 16;
const ENTRY_BYTES = TIME_BYTES + MAC_BYTES;

/**
 * Browsers that have signed in before, recognized by a signed cookie that is bound to accounts and their passwords.
 * The cookie grants no access. It only exempts its owner from the count of failed attempts by others (OWASP ASVS 5,
 * 6.3.1). A new password makes all browsers unknown, since another user may have known the old one.
 */
export interface KnownBrowsers {
  /** @returns a name for this browser and account, or undefined if it has not signed in to the account */
  find(cookie: string | undefined, account: KnownAccount): string | undefined;
  /** @returns the cookie of a browser that has just signed in. Its other accounts stay in the cookie */
  remember(cookie: string | undefined, account: KnownAccount): string;
}

/** The fields of an account that a known browser is bound to. */
export type KnownAccount = Pick<AccountRecord, 'id' | 'passwordHash'>;

interface Cookie {
  readonly name: Buffer;
  /** Each entry is a time with its message authentication code. */
  readonly entries: readonly Buffer[];
}

/** @param sources of keys. Cookies are made with the current one; earlier ones only verify them */
export function createKnownBrowsers(sources: SealingKeys, random: Random, clock: Clock): KnownBrowsers {
  const keys = [sources.current, ...sources.earlier].map((source) => source.derive('known-browser'));

  function entryOf(key: Buffer, name: Buffer, time: Buffer, { id, passwordHash }: KnownAccount): Buffer {
    const account = JSON.stringify([id, passwordHash]);
    const mac = createHmac('sha256', key).update(name).update(time).update(account).digest();
    return Buffer.concat([time, mac.subarray(0, MAC_BYTES)]);
  }

  const isOf = (account: KnownAccount, name: Buffer) => (entry: Buffer) =>
    keys.some((key) => timingSafeEqual(entryOf(key, name, entry.subarray(0, TIME_BYTES), account), entry));

  return {
    find(cookie, account) {
      const read = readCookie(cookie);
      const entry = read?.entries.find(isOf(account, read.name));
      if (read === undefined || entry === undefined) return undefined;
      if (clock() >= entry.readUInt32BE() + KNOWN_BROWSER_SECONDS) return undefined;
      return `${read.name.toString('base64url')} ${account.id}`;
    },
    remember(cookie, account) {
      const { name, entries } = readCookie(cookie) ?? { name: random(NAME_BYTES), entries: [] };
      const others = entries.filter((entry) => !isOf(account, name)(entry)).slice(0, MAX_ACCOUNTS - 1);
      const time = Buffer.alloc(TIME_BYTES);
      time.writeUInt32BE(clock());
      const [key = Buffer.alloc(0)] = keys;
      return Buffer.concat([name, entryOf(key, name, time, account), ...others]).toString('base64url');
    },
  };
}

function readCookie(cookie: string | undefined): Cookie | undefined {
  const bytes = Buffer.from(cookie ?? '', 'base64url');
  const count = (bytes.length - NAME_BYTES) / ENTRY_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_ACCOUNTS) return undefined;
  return {
    name: bytes.subarray(0, NAME_BYTES),
    entries: Array.from({ length: count }, (_, index) => {
      const start = NAME_BYTES + index * ENTRY_BYTES;
      return bytes.subarray(start, start + ENTRY_BYTES);
    }),
  };
}
