import { bearerChallenge, type Challenge } from './challenge.js';
import { RETRY_SECONDS } from './key-set.js';
import type { Settings } from './options.js';
import type { Refused } from './outcome.js';

/** The refusals of RFC 6750 §3.1, and 503. */
export interface Refusals {
  noToken(neededScopes: readonly string[]): Refused;
  invalidRequest(description: string): Refused;
  invalidToken(description: string): Refused;
  insufficientScope(neededScopes: readonly string[]): Refused;
  unavailable(description: string): Refused;
}

export function createRefusals({
  realm,
  resourceMetadata,
}: Pick<Settings, 'realm' | 'resourceMetadata'>): Refusals {
  function challenge(parts: Omit<Challenge, 'realm' | 'resourceMetadata'>): Refused['headers'] {
    return { 'www-authenticate': bearerChallenge({ realm, ...parts, resourceMetadata }) };
  }
  function refuse(
    status: 400 | 401,
    error: 'invalid_request' | 'invalid_token',
    description: string,
  ): Refused {
    const headers = challenge({ error, errorDescription: description });
    return { ok: false, status, error, description, headers };
  }
  return {
    // RFC 6750 §3.1: a request without credentials gets no error code.
    noToken: (scopes) => ({
      ok: false,
      status: 401,
      description: 'The request has no access token. Send one in the Authorization header as Bearer',
      headers: challenge({ scopes }),
    }),
    invalidRequest: (description) => refuse(400, 'invalid_request', description),
    invalidToken: (description) => refuse(401, 'invalid_token', description),
    insufficientScope: (scopes) => {
      const error = 'insufficient_scope';
      const description = `The access token lacks a required scope. Required: ${scopes.join(' ')}`;
      const headers = challenge({ error, errorDescription: description, scopes });
      return { ok: false, status: 403, error, description, headers };
    },
    // RFC 9110 §15.6.4
    unavailable: (description) => ({
      ok: false,
      status: 503,
      description,
      headers: { 'retry-after': String(RETRY_SECONDS) },
    }),
  };
}
