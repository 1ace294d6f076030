import { OAuthError, type ProtocolRequest } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { EndpointResponse } from './endpoint.js';

/** The request comes from a script of a page whose origin the app does not list. The script may not read the refusal. */
export class ForeignOrigin extends OAuthError {
  constructor() {
    super('unauthorized_client', "This page's origin is not among the app's allowed origins", {
      status: 403,
    });
    this.name = 'ForeignOrigin';
  }
}

/**
 * Refuses scripts of pages whose origin an app does not list, where it lists any.
 *
 * @throws ForeignOrigin
 */
export type RefuseForeignOrigin = (client: ClientRecord, request: Pick<ProtocolRequest, 'headers'>) => void;

/**
 * Browsers keep a response from the scripts of other pages, but the request has taken effect by then. This check runs
 * first, so that a script of another page cannot spend a stolen code or token.
 *
 * @param issuer its own pages are always allowed
 */
export function createOriginCheck(issuer: string): RefuseForeignOrigin {
  const own = new URL(issuer).origin;
  return ({ metadata: { allowed_origins: allowed = [] } }, { headers }) => {
    const origin = headers.get('origin');
    if (origin === null || allowed.length === 0 || origin === own) return;
    if (!allowed.includes(origin)) throw new ForeignOrigin();
  };
}

/**
 * The headers that let only the page that sent a request read the response, after the check above. Where an app lists
 * no origins there are none: the route decides, and every page may read it.
 */
export function allowedOriginHeaders(
  { metadata: { allowed_origins: allowed = [] } }: ClientRecord,
  requested: Headers,
): Readonly<Record<string, string>> {
  if (allowed.length === 0) return {};
  const origin = requested.get('origin');
  return { ...(origin === null ? {} : { 'access-control-allow-origin': origin }), vary: 'Origin' };
}

/** The response, with those headers. */
export function forAllowedOrigin<T extends Exclude<EndpointResponse, { kind: 'redirect' }>>(
  client: ClientRecord,
  requested: Headers,
  response: T,
): T {
  if ((client.metadata.allowed_origins ?? []).length === 0) return response;
  return { ...response, headers: { ...response.headers, ...allowedOriginHeaders(client, requested) } };
}
