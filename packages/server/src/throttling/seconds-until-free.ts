import { type RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/**
 * Counts once more under a key.
 *
 * @returns how long to wait, in seconds; 0 where there is no need to
 */
export async function secondsUntilFree(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
  }
}
