import { sha256 } from '../crypto/hash.js';
import { randomId, randomSecret } from '../crypto/random.js';
import { formatScope } from '../protocol/index.js';
import type { Binding, OpaqueAccessTokenRecord } from '../storage/ports/index.js';
import { authenticationOf } from './authentication.js';
import { confirmationOf } from './binding.js';
import type { IssuanceDependencies } from './dependencies.js';
import type { Subject } from './subject.js';

/** The `typ` of a JWT access token (RFC 9068 §2.1): an ID token cannot pass for one. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The character between grant and serial number in a `jti`; neither has it. */
const JTI_SEPARATOR = '.';

/** The character between version and serial number in the `jti` of a client's own token. */
const VERSION_SEPARATOR = ':';

export interface IssuedAccessToken {
  readonly token: string;
  /** What storage must keep of it; null for a JWT, which is not kept. */
  readonly record: OpaqueAccessTokenRecord | null;
}

/**
 * An access token: a JWT (RFC 9068 §2) or an opaque one, as the client is registered for.
 *
 * @param seconds how long it is valid
 */
export async function issueAccessToken(
  dependencies: Pick<IssuanceDependencies, 'issuer' | 'keyring' | 'clock' | 'random' | 'subjectOf'>,
  subject: Subject,
  seconds: number,
  binding: Binding,
): Promise<IssuedAccessToken> {
  const { issuer, keyring, clock, random } = dependencies;
  const { client, scopes, audience } = subject;
  const issuedAt = clock();
  const expiresAt = issuedAt + seconds;
  if (client.accessTokenFormat === 'opaque') {
    const token = randomSecret(random);
    return { token, record: { hash: sha256(token), scopes, audience, binding, issuedAt, expiresAt } };
  }
  const token = await keyring.sign('ES256', ACCESS_TOKEN_TYPE, {
    iss: issuer,
    aud: audience.length === 1 ? audience[0] : audience, // RFC 7519 §4.1.3
    client_id: client.id,
    scope: scopes.length === 0 ? undefined : formatScope(scopes),
    iat: issuedAt,
    exp: expiresAt,
    cnf: confirmationOf(binding),
    ...identityOf(dependencies, subject),
  });
  return { token, record: null };
}

/**
 * The subject of a JWT access token, and a `jti` that says what the token ends with: its grant, or, for a client that
 * acts for itself, the version of the client's credentials. `sub` is then the client (RFC 9068 §2.2).
 */
function identityOf(
  { random, subjectOf }: Pick<IssuanceDependencies, 'random' | 'subjectOf'>,
  subject: Subject,
): { readonly sub: string; readonly auth_time?: number | undefined; readonly jti: string } {
  const { client } = subject;
  const serial = randomId(random);
  if (subject.kind === 'client') {
    return { sub: client.id, jti: `${client.credentialsVersion}${VERSION_SEPARATOR}${serial}` };
  }
  return {
    sub: subjectOf(subject.account, client),
    auth_time: authenticationOf(subject.grant.origin)?.authTime,
    jti: `${subject.grant.id}${JTI_SEPARATOR}${serial}`,
  };
}

/**
 * The grant that a JWT access token comes from. It is named in the `jti`, so that a token that is not kept is still
 * revoked with its grant.
 */
export function grantIdOf(jti: unknown): string | undefined {
  if (typeof jti !== 'string') return undefined;
  const separator = jti.indexOf(JTI_SEPARATOR);
  return separator === -1 ? undefined : jti.slice(0, separator);
}

/**
 * The version of the client's credentials that a client's own JWT access token was issued to. The `jti` names it, so that
 * a token without a row is invalid once the credentials change. A `jti` without a version means the first credentials.
 */
export function credentialsVersionOf(jti: string): number {
  const separator = jti.indexOf(VERSION_SEPARATOR);
  return separator === -1 ? 0 : Number(jti.slice(0, separator));
}
