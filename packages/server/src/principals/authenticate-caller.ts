import { sha256 } from '../crypto/hash.js';
import { bearerChallenge, type Challenge, credentialsOf } from '../protocol/index.js';
import { type AccessTokenDependencies, principalOfAccessToken } from './access-token.js';
import { principalOfKey } from './api-key.js';
import type { Principal } from './principal.js';
import { isFromOwnPage, isSafe } from './same-origin.js';
import { principalOfSession } from './session.js';
import {
  principalOfSignature,
  type SignedCallerDependencies,
  signatureInCookie,
  signatureInHeader,
} from './signed-caller.js';

/** What of a request says who sent it. */
export interface CallerRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly sessionCookie: string | undefined;
}

/** Why nobody is known, in words for whoever sent the request. */
export interface UnknownCaller {
  readonly status: 401 | 403;
  readonly detail: string;
  /** RFC 6750 §3 */
  readonly challenge?: Challenge;
}

export type AuthenticatedCaller = { readonly principal: Principal } | { readonly refused: UnknownCaller };

/** Finds out who sends a request to the management API. */
export type AuthenticateCaller = (request: CallerRequest) => Promise<AuthenticatedCaller>;

/** Asks for a token or a key of the management API. */
export const apiChallenge: Challenge = { ...bearerChallenge, realm: 'Grantor API' };

export type CallerDependencies = SignedCallerDependencies & AccessTokenDependencies;

/**
 * Who calls: by a bearer token, an x-signature or a session, the first of them that was sent. What was sent on
 * purpose counts alone: where it is wrong nobody falls back to what the browser adds by itself.
 */
export function createCallerAuthentication(dependencies: CallerDependencies): AuthenticateCaller {
  return async ({ method, headers, sessionCookie }) => {
    // A configured API key may have characters that bearer tokens do not have.
    const bearer = credentialsOf(headers, 'Bearer')?.trim();
    if (bearer !== undefined) return ofBearer(dependencies, bearer);
    const signature = signatureInHeader(headers);
    if (signature !== undefined) return ofSignature(dependencies, signature);
    const signatureCookie = signatureInCookie(headers);
    if (sessionCookie === undefined && signatureCookie === undefined) return nothingSent;
    if (!isSafe(method) && !isFromOwnPage(headers, dependencies.issuer)) return otherSite;
    // First the session: a neighbouring host can plant the other cookie, and so have people act as somebody else.
    const signedIn = sessionCookie && (await principalOfSession(dependencies, sha256(sessionCookie)));
    if (typeof signedIn === 'object') return { principal: signedIn };
    return signatureCookie === undefined ? nothingSent : ofSignature(dependencies, signatureCookie);
  };
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
      ? `The access token is for another API; ask for one with resource=${dependencies.issuer}`
      : 'The API key or access token is unknown, expired or revoked';
  return {
    refused: { status: 401, detail, challenge: { ...apiChallenge, parameters: { error: 'invalid_token' } } },
  };
}

/** A signature that is good for nothing is refused with 403, as programs written for it expect. */
async function ofSignature(
  dependencies: CallerDependencies,
  signature: string,
): Promise<AuthenticatedCaller> {
  const principal = await principalOfSignature(dependencies, signature);
  if (principal !== undefined) return { principal };
  return {
    refused: { status: 403, detail: 'Access denied: the x-signature is not one of ours, or is over' },
  };
}
