import { formatScope } from '@grantor/protocol';
import { sha256 } from '../crypto/hash.js';
import { randomId, randomSecret } from '../crypto/random.js';
import type { OpaqueAccessTokenRecord } from '../storage/ports/index.js';
import type { IssuanceDependencies, TokenSubject } from './issue.js';

/** The `typ` of a JWT access token (RFC 9068 §2.1): an ID token cannot pass for one. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The character between grant and serial number in a `jti`; neither has it. */
const JTI_SEPARATOR = '.';

export interface IssuedAccessToken {
  readonly token: string;
  /** What storage must keep of it; a JWT speaks for itself. */
  readonly record: OpaqueAccessTokenRecord | null;
}

/** A JWT (RFC 9068 §2) or a reference, as the client is registered for. */
export async function issueAccessToken(
  { issuer, keyring, clock, random, lifetimes }: IssuanceDependencies,
  { client, grant, account, scopes }: TokenSubject,
): Promise<IssuedAccessToken> {
  const now = clock();
  const expiresAt = now + lifetimes.accessTokenSeconds;
  if (client.accessTokenFormat === 'opaque') {
    const token = randomSecret(random);
    return { token, record: { hash: sha256(token), grantId: grant.id, scopes, expiresAt } };
  }
  const token = await keyring.sign('ES256', ACCESS_TOKEN_TYPE, {
    iss: issuer,
    sub: account.id,
    aud: grant.audience,
    client_id: client.id,
    scope: formatScope(scopes),
    iat: now,
    exp: expiresAt,
    auth_time: grant.authTime,
    jti: `${grant.id}${JTI_SEPARATOR}${randomId(random)}`,
  });
  return { token, record: null };
}

/**
 * The grant that a JWT access token came from: named in its `jti`, so that a token that is not kept
 * anywhere still ends with its grant.
 */
export function grantIdOf(jti: unknown): string | undefined {
  if (typeof jti !== 'string') return undefined;
  const separator = jti.indexOf(JTI_SEPARATOR);
  return separator === -1 ? undefined : jti.slice(0, separator);
}
