/**
 * Scripts of any page may read what browser apps need: discovery, keys, tokens, userinfo, registration.
 * Cookies play no part there, so no origin has more to gain than a program without a browser has (Fetch §3.3.5).
 * Apps may say less (`endpoints/allowed-origins.ts`); a preflight knows of no app.
 */
export const readableByAnyOrigin: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  // Why a request was refused (RFC 6750 §3), and when to try again.
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
};

/** The answer to the question that a browser asks before the request itself (Fetch §3.3.3). */
export function preflightHeaders(methods: readonly string[]): Readonly<Record<string, string>> {
  return {
    ...readableByAnyOrigin,
    'access-control-allow-methods': methods.join(', '),
    // The asterisk stands for every header but this one.
    'access-control-allow-headers': '*, Authorization',
    'access-control-max-age': '86400',
  };
}
