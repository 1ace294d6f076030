import type { AccessToken } from './access-token.js';
import type { Guard } from './create-guard.js';
import type { CheckOptions } from './options.js';
import type { Outcome } from './outcome.js';
import { refusalMessage } from './refusal-response.js';
import type { RequestLike } from './request-like.js';
import { requiredScopes } from './scopes.js';

/** The part of Express's `Request` that is used here. A Node.js `IncomingMessage` fits too. */
export interface ExpressRequest extends RequestLike {
  /** The whole path: `url` lacks the path at which a router is mounted. */
  readonly originalUrl?: string;
  auth?: AccessToken | undefined;
}

/** The part of Express's `Response` that is used here, which it inherits from Node.js. */
export interface ExpressResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * Express middleware: passes calls with a valid access token on, and sets `req.auth`.
 *
 * @throws GuardError `configuration` for a scope that cannot be required
 * @example
 * app.get('/files', requireToken(guard, { scope: 'files:read' }), (req, res) => {
 *   res.json({ owner: req.auth?.subject });
 * });
 */
export function requireToken(
  guard: Guard,
  { scope }: CheckOptions = {},
): (req: ExpressRequest, res: ExpressResponse, next: (error?: unknown) => void) => Promise<void> {
  requiredScopes(scope);
  return async (req, res, next) => {
    const { headers, rawHeaders, originalUrl, url } = req;
    let outcome: Outcome;
    try {
      outcome = await guard.check({ headers, rawHeaders, url: originalUrl ?? url }, { scope });
    } catch (error) {
      // Express 4 does not await the promise of a middleware.
      next(error);
      return;
    }
    if (outcome.ok) {
      req.auth = outcome.token;
      next();
      return;
    }
    const message = refusalMessage(outcome);
    res.statusCode = message.status;
    for (const [name, value] of Object.entries(message.headers)) res.setHeader(name, value);
    res.end(message.body);
  };
}
