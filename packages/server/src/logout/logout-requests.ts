import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';
import { type Parameters, withoutSecrets } from '../protocol/index.js';

/** How long the sign-out page may stay open, in seconds. */
const REQUEST_SECONDS = 3600;

/**
 * Logout requests that wait for the user's decision, encrypted in the page's URL and form.
 *
 * Unlike an authorization request, one may be decided again, and in any browser: the decision ends the session of the
 * page, whose ID is in the form, and gives the app nothing. It redirects like the same request to the endpoint itself.
 */
export interface LogoutRequests {
  seal(parameters: Parameters): string;
  /** @returns no parameters if the text is missing, changed or expired: the user can still sign out */
  open(text: string | null): Parameters;
}

export function createLogoutRequests(sealer: Sealer, clock: Clock): LogoutRequests {
  return {
    seal: (parameters) =>
      sealer.seal(JSON.stringify({ parameters: withoutSecrets(parameters), issuedAt: clock() })),
    open(text) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return {};
      const { parameters, issuedAt } = JSON.parse(opened) as { parameters: Parameters; issuedAt: number };
      return clock() - issuedAt > REQUEST_SECONDS ? {} : parameters;
    },
  };
}
