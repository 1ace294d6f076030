import type { AccessToken } from './access-token.js';
import type { Guard } from './create-guard.js';
import type { CheckOptions } from './options.js';
import type { Outcome } from './outcome.js';
import { refusalMessage } from './refusal-response.js';
import type { RequestLike } from './request-like.js';
import { requiredScopes } from './scopes.js';

/** As much of Express's `Request` as is used here; a bare Node.js `IncomingMessage` fits too. */
export interface ExpressRequest extends RequestLike {
  /** `url` loses what a router was mounted at; this does not. */
  readonly originalUrl?: string;
  auth?: AccessToken | undefined;
}

/** As much of Express's `Response` as is used here: the part it has from Node.js. */
export interface ExpressResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * Express middleware: lets calls with a good access token through, and sets `req.auth`.
 *
 * @throws TypeError when the options name no usable scope
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
      // Express 4 does not wait for a middleware's promise.
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
