import type { AccessToken } from './access-token.js';
import type { Guard } from './create-guard.js';
import type { CheckOptions } from './options.js';
import { refusalResponse } from './refusal-response.js';
import { requiredScopes } from './scopes.js';

/** As much of Hono's `Context` as is used here. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  set(key: 'token', token: AccessToken): void;
}

/** The type parameter for `new Hono<…>()` that gives `c.get('token')` its type. */
export interface TokenEnv {
  Variables: { token: AccessToken };
}

/**
 * Hono middleware: lets calls with a good access token through, and sets `c.get('token')`.
 *
 * @throws TypeError when the options name no usable scope
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
