/**
 * Whether a request comes from a page of ours, or from no page at all: what a browser sends a cookie with may be
 * another site's doing. A page of a neighbouring host is another site's too.
 *
 * @param issuer whose origin is ours
 */
export function isFromOwnPage(headers: Headers, issuer: string): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  // Browsers from before that header name the origin in what they POST for another site.
  const origin = headers.get('origin');
  return origin === null || origin === new URL(issuer).origin;
}

/** Whether the method promises to change nothing (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
