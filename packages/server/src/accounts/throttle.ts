import { RateLimiterMemory } from 'rate-limiter-flexible';
import { sha256 } from '../crypto/hash.js';
import { networkOf } from '../throttling/network-of.js';
import { secondsUntilFree } from '../throttling/seconds-until-free.js';

const WINDOW_SECONDS = 15 * 60;

/** Slows down guessing: sign-ins per login and address, and per address over all logins. */
export interface SignInThrottle {
  /**
   * Counts one attempt before it is made, so that a thousand at once are a thousand.
   *
   * @returns how long to wait, in seconds; 0 when the attempt may go ahead
   */
  admit(login: string, address: string): Promise<number>;
  /** Forgets the attempts of this pair: the person was who they said. */
  succeeded(login: string, address: string): Promise<void>;
}

/**
 * Counts in memory, each process for itself. Counting per login *and* address means that a stranger
 * cannot lock somebody else out by failing on purpose.
 *
 * @param limits how many attempts are free within 15 minutes
 */
export function createSignInThrottle(
  limits: { perLogin: number; perAddress: number } = { perLogin: 10, perAddress: 100 },
): SignInThrottle {
  const byLogin = new RateLimiterMemory({ points: limits.perLogin, duration: WINDOW_SECONDS });
  const byAddress = new RateLimiterMemory({ points: limits.perAddress, duration: WINDOW_SECONDS });
  return {
    async admit(login, address) {
      const waits = await Promise.all([
        secondsUntilFree(byAddress, networkOf(address)),
        secondsUntilFree(byLogin, pair(login, address)),
      ]);
      return Math.max(...waits);
    },
    async succeeded(login, address) {
      await Promise.all([byLogin.delete(pair(login, address)), byAddress.reward(networkOf(address))]);
    },
  };
}

function pair(login: string, address: string): string {
  return sha256(`${networkOf(address)} ${login}`);
}
