import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limits, waitOf } from '../throttling/limit.js';

const HOUR = 3600;

/** Limits the registrations from one network address in an hour, refused ones included. */
export interface RegistrationThrottle {
  /** @returns how long to wait, in seconds; 0 if the registration is allowed */
  admit(address: string): Promise<number>;
}

/** @param name of the limit; unique within a server */
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
