import { redirectUriProblem } from '../protocol/index.js';

/**
 * The address of a link to an app, if an app may register it: a web address, or one of an app on a device
 * (RFC 8252 §7.1).
 *
 * @param uri a registered address, with the parameters of a response
 */
export function redirectHref(uri: string | undefined): string | undefined {
  if (uri === undefined) return undefined;
  return redirectUriProblem(uri.replace(/[?#].*$/s, '')) === undefined ? uri : undefined;
}
