import type { EndpointRequest, RedirectResponse, SessionChange } from './endpoint.js';
import { paths } from './paths.js';

/**
 * The name of a page of the account: a section, and a further page of it after `_`. A cookie cannot name an address, so
 * that no sign-in leads to another site.
 */
const NAME = /^[a-z][a-z-]{0,31}(?:_[a-z][a-z-]{0,31})?$/;

/** The path of a page of the account; of the account itself for any other name. */
export function accountPath(name: string | undefined): string {
  if (name === undefined || !NAME.test(name)) return paths.account[0];
  return `${paths.account[0]}/${name.replace('_', '/')}`;
}

/** The name of a further page of a section. */
export function accountPageName(section: string, page: string): string {
  return `${section}_${page}`;
}

/**
 * Asks the user to sign in, and leads back to a page of the account, whichever way the user signs in.
 *
 * @param name of the page; undefined for the account itself
 * @param again whether a signed-in user must authenticate once more
 */
export function signInAndReturn(name: string | undefined, again = false): RedirectResponse {
  return {
    kind: 'redirect',
    location: again ? `${paths.signIn[0]}?again=1` : paths.signIn[0],
    returnTo: name ?? null,
  };
}

/** Where a sign-in without an authorization request leads: to the page that required it, else to the account. */
export function afterSignIn(
  { returnCookie }: Pick<EndpointRequest, 'returnCookie'>,
  session?: SessionChange,
): RedirectResponse {
  return {
    kind: 'redirect',
    location: accountPath(returnCookie),
    returnTo: null,
    ...(session === undefined ? {} : { session }),
  };
}
