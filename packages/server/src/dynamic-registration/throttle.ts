import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const HOUR = 3600;

/** Keeps a flood of registrations out: so many from one network address in an hour, good or bad. */
export interface RegistrationThrottle {
  /** @returns how long to wait, in seconds; 0 when the registration may go ahead */
  admit(address: string): Promise<number>;
}

/** Counts in memory, each process for itself. */
export function createRegistrationThrottle(perHour: number): RegistrationThrottle {
  const limiter = new RateLimiterMemory({ points: perHour, duration: HOUR });
  return {
    async admit(address) {
      try {
        await limiter.consume(address);
        return 0;
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      }
    },
  };
}
