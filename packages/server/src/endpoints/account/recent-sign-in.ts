import type { Session } from '../../accounts/sign-in.js';
import { signInAndReturn } from '../account-return.js';
import type { RedirectResponse } from '../endpoint.js';

/** How old an authentication may be for a sensitive change, in seconds. */
export const RECENT_SIGN_IN_SECONDS = 900;

/**
 * A stolen session must not be enough to take over an account: sensitive changes require a recent authentication
 * (OWASP ASVS 5, 7.5.1).
 *
 * @param returnTo the name of the page that the user returns to: a section, or `accountPageName`
 * @param now in seconds since the epoch
 * @returns the redirect to the sign-in page; undefined if the user has authenticated recently
 */
export function requireRecentSignIn(
  { record }: Session,
  returnTo: string,
  now: number,
): RedirectResponse | undefined {
  return now - record.authTime <= RECENT_SIGN_IN_SECONDS ? undefined : signInAndReturn(returnTo, true);
}
