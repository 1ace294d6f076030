import { redirectUriProblem } from '../protocol/index.js';

/**
 * The address of a link to an app, if it is a valid redirect URI: a web address, or one with an app scheme
 * (RFC 8252 §7.1).
 *
 * @param uri a registered URI with the parameters of a response
 */
export function redirectHref(uri: string | undefined): string | undefined {
  if (uri === undefined) return undefined;
  return redirectUriProblem(uri.replace(/[?#].*$/s, '')) === undefined ? uri : undefined;
}
