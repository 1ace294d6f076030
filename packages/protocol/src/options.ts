import type { Fetch } from './http.js';
import { isSecureUrl } from './url.js';

/** The global `fetch`, looked up at each call and called without a `this`, as browsers and workers require. */
export const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** The time of the system in whole seconds since the epoch. */
export function systemTime(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * What is wrong with the issuer that a developer sets (RFC 8414 §2).
 *
 * @returns the end of a sentence about the option, or undefined
 */
export function issuerProblem(issuer: unknown): string | undefined {
  if (typeof issuer !== 'string' || !isSecureUrl(issuer)) {
    return 'must be an https URL; http is accepted on loopback only (localhost, 127.0.0.1, [::1])';
  }
  return /[?#]/.test(issuer) ? 'must not have a query or a fragment' : undefined;
}

/**
 * What is wrong with a duration that a developer sets.
 *
 * @returns the end of a sentence about the option, or undefined
 */
export function secondsProblem(seconds: unknown): string | undefined {
  return Number.isFinite(seconds) && Number(seconds) >= 0
    ? undefined
    : 'must be a number of seconds, zero or more';
}
