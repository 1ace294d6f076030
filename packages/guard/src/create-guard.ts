import { verifyJwt } from '@grantor/protocol';
import { type AccessToken, readAccessToken } from './access-token.js';
import { bearerToken } from './bearer-token.js';
import { discoverKeys } from './discover-keys.js';
import { GuardError } from './errors.js';
import { createKeySet } from './key-set.js';
import { type CheckOptions, type GuardOptions, readOptions } from './options.js';
import type { Outcome, Verification } from './outcome.js';
import { refusalResponse } from './refusal-response.js';
import { createRefusals } from './refusals.js';
import type { RequestLike } from './request-like.js';
import { requiredScopes } from './scopes.js';

/** No valid token is longer: Node.js limits all headers of a request together to this size. */
const MAX_TOKEN_CHARACTERS = 16 * 1024;

/** A handler of the fetch API that receives the checked token; `Rest` is what the runtime passes in addition. */
export type ProtectedHandler<Rest extends unknown[]> = (
  request: Request,
  token: AccessToken,
  ...rest: Rest
) => Response | Promise<Response>;

/** Checks access tokens in front of an API. */
export interface Guard {
  /**
   * Checks a request by its `Authorization` header (RFC 6750). Never rejects because of what a caller sent.
   *
   * @returns the token, or the refusal to send
   * @throws GuardError `configuration` for a scope that cannot be required
   * @example
   * const outcome = await guard.check(request, { scope: 'files:read' });
   * if (!outcome.ok) return refusalResponse(outcome);
   * console.log(outcome.token.subject);
   */
  check(request: RequestLike, options?: CheckOptions): Promise<Outcome>;
  /**
   * Checks an access token by itself, such as one from a message queue (RFC 9068 §4).
   *
   * @example
   * const verification = await guard.verify(message.token);
   * if (!verification.ok) console.log(verification.description);
   */
  verify(token: string): Promise<Verification>;
  /**
   * Wraps a fetch handler. It is called with a valid token only; every other request gets the refusal.
   *
   * @throws GuardError `configuration` for a scope that cannot be required
   * @example
   * export default {
   *   fetch: guard.protect((request, token) => Response.json({ owner: token.subject }), { scope: 'files:read' }),
   * };
   */
  protect<Rest extends unknown[]>(
    handler: ProtectedHandler<Rest>,
    options?: CheckOptions,
  ): (request: Request, ...rest: Rest) => Promise<Response>;
}

/**
 * Creates the guard of one API. It fetches the issuer's keys when the first token arrives.
 *
 * @throws GuardError `configuration`, naming the option to change
 * @example
 * const guard = createGuard({
 *   issuer: 'https://auth.example.com',
 *   audience: 'https://api.example.com',
 * });
 */
export function createGuard(options: GuardOptions): Guard {
  const settings = readOptions(options);
  const findKey = createKeySet(() => discoverKeys(settings), settings.now);
  const refusals = createRefusals(settings);

  async function verify(token: string): Promise<Verification> {
    try {
      const read = await readToken(token);
      if (typeof read !== 'string') return { ok: true, token: read };
      return { ok: false, reason: 'invalid', description: `The access token ${read}` };
    } catch (error) {
      if (!(error instanceof GuardError)) throw error;
      settings.onUnavailable(error);
      const description = 'Access tokens cannot be checked right now. Try again in a moment';
      return { ok: false, reason: 'unavailable', description };
    }
  }

  async function readToken(token: string): Promise<AccessToken | string> {
    if (token.length > MAX_TOKEN_CHARACTERS) return 'is too long';
    const { algorithms } = settings;
    const verified = await verifyJwt(token, { algorithms, findKey, headerProblem: typeProblem });
    if (typeof verified === 'string') return verified;
    return readAccessToken(verified.claims, { ...settings, now: settings.now() });
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
    const isMissing = needed.some((name) => !verification.token.scopes.includes(name));
    return isMissing ? refusals.insufficientScope(needed) : verification;
  }

  return {
    check,
    verify,
    protect(handler, { scope } = {}) {
      // Checked here, so that a misspelled scope fails when the API starts and not at the first call.
      requiredScopes(scope);
      return async (request, ...rest) => {
        const outcome = await check(request, { scope });
        return outcome.ok ? handler(request, outcome.token, ...rest) : refusalResponse(outcome);
      };
    },
  };
}

/** RFC 9068 §4, RFC 7515 §4.1.9: an ID token, which every browser of a user has, is not an access token. */
function typeProblem({ typ }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ)
    ? undefined
    : 'is not an access token: its typ is not at+jwt';
}
