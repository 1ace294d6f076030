/**
 * The address if a browser may be sent there by a click or asked to load an image from it.
 *
 * Only absolute `http:` and `https:` URLs without userinfo pass: `javascript:` and `data:` would run or
 * show what a stranger wrote, `https://bank.example@evil.example` reads like another host, and a relative
 * address would let a registered app point at this server's own endpoints.
 *
 * @param value what an app registered, e.g. its `logo_uri`
 * @returns the URL in its normal form, or undefined where it must not be used
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
 * Like {@link safeWebUrl}, and passes paths of this server (`/account`) too. `//host` and `/\host` are
 * addresses of other hosts to a browser, so they are not paths.
 *
 * @param value an address that the server itself chose
 * @returns the address, or undefined where it must not be used
 */
export function safeHref(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!value.startsWith('/')) return safeWebUrl(value);
  const base = 'http://this.invalid';
  const url = URL.parse(value, base);
  return url !== null && url.origin === base ? value : undefined;
}
