import type { AccessToken } from './access-token.js';
import type { Guard } from './create-guard.js';
import type { CheckOptions } from './options.js';
import { refusalResponse } from './refusal-response.js';
import { requiredScopes } from './scopes.js';

/** The part of Hono's `Context` that is used here. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  set(key: 'token', token: AccessToken): void;
}

/** The type parameter of `new Hono<…>()` that gives `c.get('token')` its type. */
export interface TokenEnv {
  Variables: { token: AccessToken };
}

/**
 * Hono middleware: passes calls with a valid access token on, and sets `c.get('token')`.
 *
 * @throws GuardError `configuration` for a scope that cannot be required
 * @example
 * const app = new Hono<TokenEnv>();
 * app.get('/files', requireToken(guard, { scope: 'files:read' }), (c) =>
 *   c.json({ owner: c.get('token').subject }),
 * );
 */
export function requireToken(
  guard: Guard,
  { scope }: CheckOptions = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  requiredScopes(scope);
  return async (context, next) => {
    const outcome = await guard.check(context.req.raw, { scope });
    if (!outcome.ok) return refusalResponse(outcome);
    context.set('token', outcome.token);
    await next();
    return undefined;
  };
}
