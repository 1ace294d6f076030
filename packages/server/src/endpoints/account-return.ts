import type { EndpointRequest, RedirectResponse, SessionChange } from './endpoint.js';
import { paths } from './paths.js';

/**
 * The name of a page of the account: a section, after `_` a further page of it, and after another one the token of a link in
 * a mail. A cookie cannot name an address, so that no sign-in leads to another site.
 */
const NAME = /^([a-z][a-z-]{0,31})(?:_([a-z][a-z-]{0,31})(?:_([A-Za-z0-9_-]{43}))?)?$/;

/** The path of a page of the account; of the account itself for any other name. */
export function accountPath(name: string | undefined): string {
  const [, section, page, token] = NAME.exec(name ?? '') ?? [];
  if (section === undefined) return paths.account[0];
  const further = page === undefined ? '' : `/${page}`;
  return `${paths.account[0]}/${section}${further}${token === undefined ? '' : `?token=${token}`}`;
}

/**
 * The name of a further page of a section.
 *
 * @param token of the link in a mail that led to the page; ignored unless it can be one
 */
export function accountPageName(section: string, page: string, token: string | null = null): string {
  const name = `${section}_${page}`;
  const withToken = `${name}_${token}`;
  return token !== null && NAME.test(withToken) ? withToken : name;
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
