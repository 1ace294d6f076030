import type { BrowserBinding } from './endpoint.js';
import { paths } from './paths.js';
import type { SignOutReturns } from './sign-out-return.js';

/** The parameter of the operator's page with the address where the browser continues. */
const RETURN_PARAMETER = 'return_to';

/**
 * The address of the operator's sign-out page, which ends the operator's own session after that of the server, with the
 * address where the browser continues.
 *
 * @param destination the post-logout redirect URI, checked before
 */
export type OperatorSignOut = (destination: string | undefined, browser: BrowserBinding) => string;

export function createOperatorSignOut(dependencies: {
  readonly signOutUrl: string;
  readonly issuer: string;
  readonly returns: SignOutReturns;
}): OperatorSignOut {
  const { signOutUrl, issuer, returns } = dependencies;
  return (destination, browser) => {
    const query = new URLSearchParams({ next: returns.seal(destination, browser) });
    const url = new URL(signOutUrl);
    url.searchParams.set(RETURN_PARAMETER, `${issuer}${paths.continueSignOut[0]}?${query.toString()}`);
    return url.href;
  };
}
