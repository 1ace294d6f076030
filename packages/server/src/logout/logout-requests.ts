import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';
import { type Parameters, withoutSecrets } from '../protocol/index.js';

/** How long the question whether to sign out may wait for its answer, in seconds. */
const REQUEST_SECONDS = 3600;

/**
 * Logout requests that wait while the user is asked, sealed in the page's address and form.
 *
 * Unlike an authorization request, one may be answered again, and in any browser: its answer ends the session that
 * the page showed, of which the form names the ID, and gives the app nothing. It leads where the same request leads
 * that is sent to the endpoint itself.
 */
export interface LogoutRequests {
  seal(parameters: Parameters): string;
  /** @returns no parameters for what is missing, changed or expired: signing out is possible all the same */
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
