import { headerValues, type RequestLike } from './request-like.js';

/** The credentials of a request. */
export type Presented =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly description: string };

// RFC 6750 §2.1: "Bearer" 1*SP b64token; RFC 9110 §11.1: the scheme's case does not matter.
const CREDENTIALS = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

// The scheme at the start of the value, or after a comma if a runtime joined several headers into one.
const MENTIONS_BEARER = /(?:^|,)[ \t]*bearer(?:[ \t,]|$)/i;

/** Finds the access token of a request. It is accepted in the `Authorization` header only (RFC 6750 §2.1). */
export function bearerToken(request: RequestLike): Presented {
  // RFC 6750 §2.3 and §5.3: a token in a URL ends up in logs and histories, so the request is refused.
  if (hasQueryToken(request.url)) {
    return malformed(
      'An access token in the URL is not accepted. Get another token, since URLs are logged, and send it in the Authorization header',
    );
  }
  const values = headerValues(request, 'authorization');
  if (values.length > 1) return malformed('The request has more than one Authorization header. Send one');

  const value = values[0]?.trim() ?? '';
  const token = CREDENTIALS.exec(value)?.[1];
  if (token !== undefined) return { kind: 'token', token };
  if (MENTIONS_BEARER.test(value)) {
    return malformed('The Authorization header must be the word Bearer, a space, and one access token');
  }
  // RFC 6750 §3.1: another scheme counts as no authentication information.
  return { kind: 'none' };
}

function malformed(description: string): Presented {
  return { kind: 'malformed', description };
}

function hasQueryToken(url: string | undefined): boolean {
  const start = url?.indexOf('?') ?? -1;
  if (url === undefined || start < 0) return false;
  const [query = ''] = url.slice(start + 1).split('#', 1);
  return new URLSearchParams(query).has('access_token');
}
