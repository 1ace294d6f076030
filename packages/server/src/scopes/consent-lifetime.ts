import type { Catalogue } from './catalogue.js';

/** How long consent lasts, in seconds; undefined for as long as it is not revoked. */
export type ConsentSeconds = number | undefined;

/**
 * How long consent to a scope lasts.
 *
 * @param name of a scope, or of another item of a consent, to which only the limit of the deployment applies
 * @param deploymentSeconds the limit of the deployment, in seconds; 0 for none
 * @returns the shorter of both limits
 */
export function consentSecondsOf(
  name: string,
  catalogue: Catalogue,
  deploymentSeconds: number,
): ConsentSeconds {
  const limits = [deploymentSeconds, catalogue.find(name)?.consentSeconds ?? 0].filter((limit) => limit > 0);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/**
 * Whether consent still holds.
 *
 * @param allowedAt when the user allowed it, in seconds since the epoch
 */
export function isConsentCurrent(allowedAt: number, seconds: ConsentSeconds, now: number): boolean {
  return seconds === undefined || allowedAt + seconds > now;
}
