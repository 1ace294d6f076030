import type { Keyring } from '../keys/keyring.js';

/** The claims of an ID token hint. */
export interface IdTokenHint {
  readonly sub: string;
  /** The client that it was issued to. */
  readonly clientId: string;
  readonly sid: string | undefined;
}

/**
 * Reads an `id_token_hint` (OpenID Connect Core 1.0 §3.1.2.1, RP-Initiated Logout 1.0 §2): an ID token of
 * this server, which can be expired. An access token is refused by its `typ`.
 *
 * @returns undefined for anything else
 */
export async function readIdTokenHint(
  { keyring, issuer }: { readonly keyring: Keyring; readonly issuer: string },
  token: string,
): Promise<IdTokenHint | undefined> {
  const claims = await keyring.read(token, 'JWT', issuer, { expired: 'accepted' });
  if (claims === undefined || typeof claims.sub !== 'string' || typeof claims.aud !== 'string')
    return undefined;
  // A signed response of the userinfo endpoint has the same `typ`, but no expiry.
  if (claims.exp === undefined || typeof claims.auth_time !== 'number') return undefined;
  return {
    sub: claims.sub,
    clientId: claims.aud,
    sid: typeof claims.sid === 'string' ? claims.sid : undefined,
  };
}
