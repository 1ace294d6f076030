import { OAuthError } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { Answer } from './endpoint.js';

/** A script of a page that the app's developer did not name. It may not read that it was refused, either. */
export class ForeignOrigin extends OAuthError {
  constructor() {
    super('unauthorized_client', "This page's origin is not among the app's allowed origins", {
      status: 403,
    });
    this.name = 'ForeignOrigin';
  }
}

/**
 * Refuses scripts of pages that an app has not named, where it has named any.
 *
 * @throws ForeignOrigin
 */
export type RefuseForeignOrigin = (client: ClientRecord, headers: Headers) => void;

/**
 * What browsers keep from the scripts of other pages is what the answer allows them to read, and what they sent is
 * done all the same. So that a stolen code or token is not even spent there, this is asked before anything is.
 *
 * @param issuer whose own pages may always ask
 */
export function createOriginCheck(issuer: string): RefuseForeignOrigin {
  const own = new URL(issuer).origin;
  return ({ metadata: { allowed_origins: allowed = [] } }, headers) => {
    const origin = headers.get('origin');
    if (origin === null || allowed.length === 0 || origin === own) return;
    if (!allowed.includes(origin)) throw new ForeignOrigin();
  };
}

/**
 * The answer to a request that the check above let through, for the page that sent it alone to read. Apps that
 * name no origins are readable by all of them, as the route has it.
 */
export function forAllowedOrigin<T extends Exclude<Answer, { kind: 'redirect' }>>(
  { metadata: { allowed_origins: allowed = [] } }: ClientRecord,
  requested: Headers,
  answer: T,
): T {
  if (allowed.length === 0) return answer;
  const origin = requested.get('origin');
  const named = origin === null ? {} : { 'access-control-allow-origin': origin };
  return { ...answer, headers: { ...answer.headers, ...named, vary: 'Origin' } };
}
