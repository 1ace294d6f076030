/**
 * Scripts of any page may read what browser apps need: discovery, keys, tokens, userinfo, registration. These endpoints
 * ignore cookies, so that a script gets no more than a program without a browser (Fetch §3.3.5). An app may allow fewer
 * origins (`endpoints/allowed-origins.ts`), but a preflight does not name the app.
 */
export const readableByAnyOrigin: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  // The reason of a refusal (RFC 6750 §3), and when to send the request again.
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
};

/** The response to the preflight that a browser sends before the request (Fetch §3.3.3). */
export function preflightHeaders(methods: readonly string[]): Readonly<Record<string, string>> {
  return {
    ...readableByAnyOrigin,
    'access-control-allow-methods': methods.join(', '),
    // The asterisk covers every header except this one.
    'access-control-allow-headers': '*, Authorization',
    'access-control-max-age': '86400',
  };
}
