/**
 * Whether a request comes from a page of this server, or from no page. Another site can make a browser send a request
 * with cookies. Another host of the same domain counts as another site.
 *
 * @param issuer whose origin is ours
 */
export function isFromOwnPage(headers: Headers, issuer: string): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  // Browsers without that header send `Origin` with a POST of another site.
  const origin = headers.get('origin');
  return origin === null || origin === new URL(issuer).origin;
}

/** Whether the method is safe (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
