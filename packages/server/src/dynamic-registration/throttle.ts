import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limits, waitOf } from '../throttling/limit.js';

const HOUR = 3600;

/** Bounds how many registrations one network address may try in an hour, refused ones included. */
export interface RegistrationThrottle {
  /** @returns how long to wait, in seconds; 0 when the registration may go ahead */
  admit(address: string): Promise<number>;
}

/** @param name what it counts; unique within a server */
export function createRegistrationThrottle(
  limits: Limits,
  name: string,
  perHour: number,
): RegistrationThrottle {
  const limit = createAddressLimit(limits.exact, { name, points: perHour, windowSeconds: HOUR });
  return {
    admit: async (address) => waitOf(await limit.count(address)),
  };
}
