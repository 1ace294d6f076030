import { openidScopes } from './built-in-scopes.js';

/**
 * The scopes about the user (OpenID Connect Core 1.0 §5.4, §11). They are about the issuer's userinfo endpoint and ID
 * tokens, whatever resource a request names: consent to them is remembered once, for no resource. No client gets them by
 * omission, and no client gets them for itself.
 */
export const identityScopes: ReadonlySet<string> = new Set(openidScopes.map(({ name }) => name));
