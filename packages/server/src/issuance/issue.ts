import { formatScope } from '../protocol/index.js';
import type { AccountRecord, ClientRecord, GrantRecord, NewTokens } from '../storage/ports/index.js';
import { issueAccessToken } from './access-token.js';
import type { IssuanceDependencies } from './dependencies.js';
import { issueIdToken } from './id-token.js';
import { issueRefreshToken } from './refresh-token.js';

/** Whom the tokens speak for, and what they are for: a person's, by the grant that they gave. */
export interface TokenSubject {
  readonly client: ClientRecord;
  readonly grant: GrantRecord;
  readonly account: AccountRecord;
  readonly scopes: readonly string[];
  /** Whom the access token is for: the resources of the grant, or those that the request asks for (RFC 8707 §2.2). */
  readonly audience: readonly string[];
  readonly nonce: string | null;
  /** Whether the refresh token that is presented stays the one to use, so that no new one is made. */
  readonly keepsRefreshToken: boolean;
  /** The part that a new refresh token shares with the one that is presented; null for the first of a grant. */
  readonly refreshTokenFamily: string | null;
}

/** Signed tokens that no one has been given yet: storage must take the records first. */
export interface IssuedTokens {
  /** The JSON of the token response (RFC 6749 §5.1). */
  readonly body: string;
  readonly records: NewTokens;
}

/**
 * Makes every token of a token response. The same for all grants; nothing else mints.
 *
 * A refresh token comes with it where the deployment allows them and the client is registered for the grant type, an ID token where
 * `openid` is among the scopes (OpenID Connect Core 1.0 §3.1.3.3, §12.2).
 */
export async function issueTokens(
  dependencies: IssuanceDependencies,
  subject: TokenSubject,
): Promise<IssuedTokens> {
  const { client, scopes, nonce } = subject;
  const access = await issueAccessToken(dependencies, subject);
  const refresh =
    dependencies.refreshTokens && client.grantTypes.includes('refresh_token') && !subject.keepsRefreshToken
      ? issueRefreshToken(dependencies, subject)
      : undefined;
  const idToken = scopes.includes('openid')
    ? await issueIdToken(dependencies, subject, {
        nonce,
        accessToken: access.token,
        // OpenID Connect Core 1.0 §5.4: userinfo has them. Some clients read names and email from here alone.
        withClaims: client.metadata.id_token_claims === 'all',
      })
    : undefined;
  return {
    body: JSON.stringify({
      access_token: access.token,
      token_type: 'Bearer',
      expires_in: dependencies.lifetimes.accessTokenSeconds,
      refresh_token: refresh?.token,
      id_token: idToken,
      scope: formatScope(scopes),
    }),
    records: { accessToken: access.record, refreshToken: refresh?.record ?? null },
  };
}
