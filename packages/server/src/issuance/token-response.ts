import { formatScope } from '../protocol/index.js';
import type { Binding } from '../storage/ports/index.js';
import { tokenTypeOf } from './binding.js';
import type { Subject } from './subject.js';

/**
 * The members of a token response (RFC 6749 §5.1), which are the parameters of an authorization response with tokens too
 * (§4.2.2, OpenID Connect Core 1.0 §3.2.2.5).
 */
export interface TokenResponse {
  readonly access_token: string | undefined;
  readonly token_type: 'Bearer' | 'DPoP' | undefined;
  readonly expires_in: number | undefined;
  readonly refresh_token: string | undefined;
  readonly id_token: string | undefined;
  readonly scope: string | undefined;
}

/** The signed tokens of a response; undefined for each that it does not have. */
interface ResponseTokens {
  readonly accessToken: string | undefined;
  /** How long the access token is valid, in seconds. */
  readonly seconds: number;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

/** The one token response, of every grant and response type. */
export function tokenResponse(
  subject: Subject,
  { accessToken, seconds, refreshToken, idToken }: ResponseTokens,
  binding: Binding,
): TokenResponse {
  const hasAccess = accessToken !== undefined;
  return {
    access_token: accessToken,
    token_type: hasAccess ? tokenTypeOf(binding) : undefined,
    expires_in: hasAccess ? seconds : undefined,
    refresh_token: refreshToken,
    id_token: idToken,
    scope: hasAccess ? scopeOf(subject) : undefined,
  };
}

/**
 * The response has no `scope` for a client that acts for itself and gets none: RFC 6749 §3.3 has no empty scope. For a client
 * that acts for a user it has one, since the client can have lost scopes that the user granted (§5.1).
 */
function scopeOf({ kind, scopes }: Subject): string | undefined {
  return kind === 'client' && scopes.length === 0 ? undefined : formatScope(scopes);
}
