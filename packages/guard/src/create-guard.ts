import { type AccessToken, readAccessToken } from './access-token.js';
import { bearerToken } from './bearer-token.js';
import { discoverKeys } from './discover-keys.js';
import { createKeySet } from './key-set.js';
import { KeysUnavailable } from './keys-unavailable.js';
import { type CheckOptions, type GuardOptions, readOptions } from './options.js';
import type { Outcome, Verification } from './outcome.js';
import { refusalResponse } from './refusal-response.js';
import { createRefusals } from './refusals.js';
import type { RequestLike } from './request-like.js';
import { requiredScopes } from './scopes.js';
import { verifySignature } from './verify-signature.js';

/** A handler of the fetch API that is given the checked token; `Rest` is whatever the runtime adds. */
export type ProtectedHandler<Rest extends unknown[]> = (
  request: Request,
  token: AccessToken,
  ...rest: Rest
) => Response | Promise<Response>;

/** Stands in front of an API. */
export interface Guard {
  /**
   * Judges a request by its Authorization header (RFC 6750). Never rejects because of what a caller sent.
   *
   * @throws TypeError when the options name no usable scope
   */
  check(request: RequestLike, options?: CheckOptions): Promise<Outcome>;
  /** Judges a bare access token, wherever it came from (RFC 9068 §4). */
  verify(token: string): Promise<Verification>;
  /**
   * Wraps a fetch handler: it is called only with a good token, everyone else gets the refusal.
   *
   * @throws TypeError when the options name no usable scope
   */
  protect<Rest extends unknown[]>(
    handler: ProtectedHandler<Rest>,
    options?: CheckOptions,
  ): (request: Request, ...rest: Rest) => Promise<Response>;
}

/**
 * Makes the guard of one API. Nothing is fetched until the first token arrives.
 *
 * @throws TypeError when an option is not usable
 */
export function createGuard(options: GuardOptions): Guard {
  const settings = readOptions(options);
  const keys = createKeySet(() => discoverKeys(settings.keySource), settings.now);
  const refusals = createRefusals(settings);

  async function verify(token: string): Promise<Verification> {
    try {
      const claims = await verifySignature(token, settings.algorithms, keys);
      if (typeof claims === 'string') return { ok: false, reason: 'invalid', description: claims };
      const read = readAccessToken(claims, settings.expectations, settings.now());
      if (typeof read === 'string') return { ok: false, reason: 'invalid', description: read };
      return { ok: true, token: read };
    } catch (reason) {
      if (!(reason instanceof KeysUnavailable)) throw reason;
      settings.onUnavailable(reason);
      const description = 'Access tokens cannot be checked right now. Try again in a moment';
      return { ok: false, reason: 'unavailable', description };
    }
  }

  async function check(request: RequestLike, { scope }: CheckOptions = {}): Promise<Outcome> {
    const needed = requiredScopes(scope);
    const presented = bearerToken(request);
    if (presented.kind === 'none') return refusals.noToken(needed);
    if (presented.kind === 'malformed') return refusals.invalidRequest(presented.description);

    const verification = await verify(presented.token);
    if (!verification.ok) {
      return verification.reason === 'unavailable'
        ? refusals.unavailable(verification.description)
        : refusals.invalidToken(verification.description);
    }
    const missing = needed.some((name) => !verification.token.scopes.includes(name));
    return missing ? refusals.insufficientScope(needed) : verification;
  }

  return {
    check,
    verify,
    protect(handler, { scope } = {}) {
      // Read here, so that a misspelt scope fails when the API starts and not at the first call.
      requiredScopes(scope);
      return async (request, ...rest) => {
        const outcome = await check(request, { scope });
        return outcome.ok ? handler(request, outcome.token, ...rest) : refusalResponse(outcome);
      };
    },
  };
}
