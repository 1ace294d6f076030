import { sha256 } from '../crypto/hash.js';
import { bearerChallenge, type Challenge, credentialsOf } from '../protocol/index.js';
import { type AccessTokenDependencies, principalOfAccessToken } from './access-token.js';
import { type ApiKeyDependencies, principalOfKey } from './api-key.js';
import type { Principal } from './principal.js';
import { isFromOwnPage, isSafe } from './same-origin.js';
import { principalOfSession, type SessionDependencies } from './session.js';

/** The parts of a request that identify its caller. */
export interface CallerRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly sessionCookie: string | undefined;
}

/** Why the caller is unknown, as the response says it. */
export interface UnknownCaller {
  readonly status: 401 | 403;
  readonly detail: string;
  /** RFC 6750 §3 */
  readonly challenge?: Challenge;
}

export type AuthenticatedCaller = { readonly principal: Principal } | { readonly refused: UnknownCaller };

/** Identifies the caller of the management API. */
export type AuthenticateCaller = (request: CallerRequest) => Promise<AuthenticatedCaller>;

/** The challenge for an access token or an API key. */
export const apiChallenge: Challenge = { ...bearerChallenge, realm: 'Grantor API' };

export type CallerDependencies = ApiKeyDependencies & SessionDependencies & AccessTokenDependencies;

/** Another way to authenticate a caller. */
export interface CallerCredential {
  /** A header that pages of other sites cannot make a browser send. */
  readonly inHeader: (headers: Headers) => string | undefined;
  /** A cookie, which a browser sends by itself. It is read only in requests of this server's own pages. */
  readonly inCookie: (headers: Headers) => string | undefined;
  readonly authenticate: (credential: string) => Promise<AuthenticatedCaller>;
}

/**
 * Authenticates a caller by a bearer token, one of the other credentials or a session, whichever comes first. An invalid
 * header is refused, even if the browser also sent a valid session.
 */
export function createCallerAuthentication(
  dependencies: CallerDependencies,
  others: readonly CallerCredential[],
): AuthenticateCaller {
  return async ({ method, headers, sessionCookie }) => {
    // A configured API key may have characters that bearer tokens do not have.
    const bearer = credentialsOf(headers, 'Bearer')?.trim();
    if (bearer !== undefined) return ofBearer(dependencies, bearer);
    for (const { inHeader, authenticate } of others) {
      const credential = inHeader(headers);
      if (credential !== undefined) return authenticate(credential);
    }
    const inCookie = firstInCookie(others, headers);
    if (sessionCookie === undefined && inCookie === undefined) return nothingSent;
    if (!isSafe(method) && !isFromOwnPage(headers, dependencies.issuer)) return otherSite;
    // The session comes first: a neighbouring host can plant another cookie, and so make users act as someone else.
    const signedIn = sessionCookie && (await principalOfSession(dependencies, sha256(sessionCookie)));
    if (typeof signedIn === 'object') return { principal: signedIn };
    return inCookie === undefined ? nothingSent : inCookie();
  };
}

function firstInCookie(
  others: readonly CallerCredential[],
  headers: Headers,
): (() => Promise<AuthenticatedCaller>) | undefined {
  for (const { inCookie, authenticate } of others) {
    const credential = inCookie(headers);
    if (credential !== undefined) return () => authenticate(credential);
  }
  return undefined;
}

const nothingSent = {
  refused: {
    status: 401,
    detail: 'Send an API key or an access token in the header "Authorization: Bearer ...", or sign in',
    challenge: apiChallenge,
  },
} as const;

const otherSite = {
  refused: { status: 403, detail: 'Access denied: the request came from a page of another site' },
} as const;

async function ofBearer(dependencies: CallerDependencies, token: string): Promise<AuthenticatedCaller> {
  const principal =
    (await principalOfKey(dependencies, token)) ?? (await principalOfAccessToken(dependencies, token));
  if (typeof principal === 'object') return { principal };
  const detail =
    principal === 'otherAudience'
      ? `The access token is for another API. Request one with resource=${dependencies.issuer}`
      : 'The API key or access token is unknown, expired or revoked';
  return {
    refused: { status: 401, detail, challenge: { ...apiChallenge, parameters: { error: 'invalid_token' } } },
  };
}
