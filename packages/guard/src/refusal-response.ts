import type { Refused } from './outcome.js';

/** A refusal as an HTTP response, for any framework. */
export interface RefusalMessage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes a refusal as JSON: `error`, which RFC 6750 §3.1 omits if no token was sent, and `error_description`. */
export function refusalMessage(refusal: Refused): RefusalMessage {
  return {
    status: refusal.status,
    headers: {
      ...refusal.headers,
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: JSON.stringify({
      ...(refusal.error === undefined ? {} : { error: refusal.error }),
      error_description: refusal.description,
    }),
  };
}

/**
 * A refusal as a `Response` of the fetch API.
 *
 * @example
 * const outcome = await guard.check(request, { scope: 'files:read' });
 * if (!outcome.ok) return refusalResponse(outcome);
 */
export function refusalResponse(refusal: Refused): Response {
  const { status, headers, body } = refusalMessage(refusal);
  return new Response(body, { status, headers: { ...headers } });
}
