import type { RefreshTokenWants, Wants } from '../issuance/wants.js';
import type { ClientRecord } from '../storage/ports/index.js';

/**
 * The tokens of a client that acts for a user: an access token, with a refresh token where the grant renews it, and with
 * the scope `openid` an ID token (OpenID Connect Core 1.0 §3.1.3.3, §12.2).
 *
 * @param nonce that of the authorization request; null for an ID token from a refresh
 */
export function wantsFor(
  client: ClientRecord,
  scopes: readonly string[],
  nonce: string | null,
  refreshToken: RefreshTokenWants | undefined,
): Wants {
  return {
    accessToken: true,
    refreshToken,
    // OpenID Connect Core 1.0 §5.4: userinfo has the claims. Some clients read names and email from here only.
    idToken: scopes.includes('openid')
      ? { nonce, withClaims: client.metadata.id_token_claims === 'all' }
      : undefined,
  };
}
