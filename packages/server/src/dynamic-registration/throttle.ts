import { RateLimiterMemory } from 'rate-limiter-flexible';
import { networkOf } from '../throttling/network-of.js';
import { secondsUntilFree } from '../throttling/seconds-until-free.js';

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
    admit: (address) => secondsUntilFree(limiter, networkOf(address)),
  };
}
