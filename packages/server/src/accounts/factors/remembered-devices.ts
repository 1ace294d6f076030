import type { Clock } from '../../crypto/clock.js';
import { sha256 } from '../../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../../crypto/random.js';
import type { Note, RememberedDeviceRecord, RememberedDeviceStore } from '../../storage/ports/index.js';
import { deviceName } from '../device.js';

/** How many devices one account may have. */
const MOST_DEVICES = 20;

/** How many accounts one browser can remember. Its cookie stays under 128 characters. */
const MOST_TOKENS = 2;

/** Browsers in which users need not use their second factor for a time. The password is still required. */
export interface RememberedDevices {
  /** For how long, in seconds; 0 if devices are not remembered. */
  readonly seconds: number;
  isRemembered(accountId: string, cookie: string | undefined): Promise<boolean>;
  /**
   * Remembers the browser. Its token is always new, so that a planted cookie remembers no other browser.
   *
   * @param cookie the current cookie, which may remember the browser for another account
   * @returns the new cookie
   */
  remember(
    accountId: string,
    cookie: string | undefined,
    userAgent: string | null,
    note: Note<RememberedDeviceRecord>,
  ): Promise<string>;
}

export interface RememberedDevicesDependencies {
  readonly devices: RememberedDeviceStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly seconds: number;
}

export function createRememberedDevices({
  devices,
  clock,
  random,
  seconds,
}: RememberedDevicesDependencies): RememberedDevices {
  return {
    seconds,
    async isRemembered(accountId, cookie) {
      if (seconds === 0) return false;
      return devices.isRemembered(accountId, tokensIn(cookie).map(sha256), clock());
    },
    async remember(accountId, cookie, userAgent, note) {
      const token = randomSecret(random);
      const now = clock();
      const device = {
        id: randomId(random),
        accountId,
        tokenHash: sha256(token),
        name: deviceName(userAgent),
        createdAt: now,
        expiresAt: now + seconds,
      };
      await devices.add(device, MOST_DEVICES, note);
      return [token, ...tokensIn(cookie)].slice(0, MOST_TOKENS).join('');
    },
  };
}

/** The tokens of a cookie: one for each account, each of 43 characters. */
function tokensIn(cookie: string | undefined): readonly string[] {
  return (cookie?.match(/.{43}/g) ?? []).slice(0, MOST_TOKENS);
}
