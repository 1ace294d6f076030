import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';
import { pageElement, SignedOutPage } from '../pages/index.js';
import { type BrowserBinding, type Endpoint, redirect } from './endpoint.js';
import { paths } from './paths.js';

/** How long the browser may stay at the operator's page, in seconds. */
const RETURN_SECONDS = 600;

/** The parameter of the operator's page with the address where the browser continues. */
const RETURN_PARAMETER = 'return_to';

/** Where the browser goes after the operator's page. */
interface Return {
  /** The post-logout redirect URI of the app; undefined where the user signed out without an app. */
  readonly destination: string | undefined;
  readonly browserId: string;
  readonly expiresAt: number;
}

/** The operator's sign-out page, which ends the operator's own session after that of the server. */
export interface OperatorSignOut {
  /**
   * The address of the page, with the address where the browser continues.
   *
   * @param destination the post-logout redirect URI, checked before
   */
  addressFor(destination: string | undefined, browser: BrowserBinding): string;
  /**
   * Where the browser continues. Another browser and changed text lead to no app: the address would be an open redirect.
   */
  destinationOf(text: string | null, browser: BrowserBinding): string | undefined;
}

export function createOperatorSignOut(dependencies: {
  readonly signOutUrl: string;
  readonly issuer: string;
  readonly sealer: Sealer;
  readonly clock: Clock;
}): OperatorSignOut {
  const { signOutUrl, issuer, sealer, clock } = dependencies;
  return {
    addressFor(destination, browser) {
      const content: Return = { destination, browserId: browser.id, expiresAt: clock() + RETURN_SECONDS };
      const query = new URLSearchParams({ next: sealer.seal(JSON.stringify(content)) });
      const url = new URL(signOutUrl);
      url.searchParams.set(RETURN_PARAMETER, `${issuer}${paths.continueSignOut[0]}?${query.toString()}`);
      return url.href;
    },
    destinationOf(text, browser) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return undefined;
      const { destination, browserId, expiresAt } = JSON.parse(opened) as Return;
      return clock() < expiresAt && browser.is(browserId) ? destination : undefined;
    },
  };
}

/** `GET /signout/continue`: the browser comes back from the operator's sign-out page. */
export function continueSignOutEndpoint(signOut: OperatorSignOut): Endpoint {
  return ({ query, browser }) => {
    const destination = signOut.destinationOf(new URLSearchParams(query).get('next'), browser);
    if (destination !== undefined) return redirect(destination);
    return { kind: 'page', status: 200, page: pageElement(SignedOutPage, {}) };
  };
}
