import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';
import { pageElement, SignedOutPage } from '../pages/index.js';
import { type BrowserBinding, type Endpoint, redirect } from './endpoint.js';

/** How long the browser may stay elsewhere, in seconds. */
const RETURN_SECONDS = 600;

/** Where the browser goes after it has signed out elsewhere: on the operator's page, or at a provider. */
interface Return {
  /** Checked before; undefined where the user signed out without an app. */
  readonly destination: string | undefined;
  readonly browserId: string;
  readonly expiresAt: number;
}

/** The rest of a sign-out, sealed in an address. */
export interface SignOutReturns {
  seal(destination: string | undefined, browser: BrowserBinding): string;
  /**
   * Where the browser continues. Another browser and changed text lead to no app: the address would be an open redirect.
   */
  open(text: string | null, browser: BrowserBinding): string | undefined;
}

export function createSignOutReturns(sealer: Sealer, clock: Clock): SignOutReturns {
  return {
    seal(destination, { id: browserId }) {
      const content: Return = { destination, browserId, expiresAt: clock() + RETURN_SECONDS };
      return sealer.seal(JSON.stringify(content));
    },
    open(text, browser) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return undefined;
      const { destination, browserId, expiresAt } = JSON.parse(opened) as Return;
      return clock() < expiresAt && browser.is(browserId) ? destination : undefined;
    },
  };
}

/**
 * `GET /signout/continue`: the browser comes back from the operator's sign-out page, with `next`, or from a provider, with
 * `state` (RP-Initiated Logout 1.0 §3).
 */
export function continueSignOutEndpoint(returns: SignOutReturns): Endpoint {
  return ({ query, browser }) => {
    const parameters = new URLSearchParams(query);
    const destination = returns.open(parameters.get('next') ?? parameters.get('state'), browser);
    if (destination !== undefined) return redirect(destination);
    return { kind: 'page', status: 200, page: pageElement(SignedOutPage, {}) };
  };
}
