import { redirectUriProblem } from '../protocol/index.js';
/**
 * The address if it is safe for a link or an image.
 *
 * Only absolute `http:` and `https:` URLs without userinfo pass. `javascript:` and `data:` could run or show content
 * of an attacker, `https://bank.example@evil.example` looks like another host, and a relative address would let an app
 * link to this server's own endpoints.
 *
 * @param value a registered address, e.g. `logo_uri`
 * @returns the normalized URL, or undefined if it is not safe
 */
export function safeWebUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url === null) return undefined;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  return url.href;
}

/**
 * Like {@link safeWebUrl}, but also accepts paths of this server (`/account`). Browsers read `//host` and `/\host` as
 * addresses of other hosts, so these are refused.
 *
 * @param value an address of this server or an http(s) URL
 * @returns the address, or undefined if it is not safe
 */
export function safeHref(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!value.startsWith('/')) return safeWebUrl(value);
  const base = 'http://this.invalid';
  const url = URL.parse(value, base);
  return url !== null && url.origin === base ? value : undefined;
}

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
