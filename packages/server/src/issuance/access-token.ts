import { sha256 } from '../crypto/hash.js';
import { randomId, randomSecret } from '../crypto/random.js';
import { formatScope } from '../protocol/index.js';
import type {
  AccountRecord,
  ClientRecord,
  ClientTokenRecord,
  GrantRecord,
  OpaqueAccessTokenRecord,
} from '../storage/ports/index.js';
import { authenticationOf } from './authentication.js';
import type { IssuanceDependencies } from './dependencies.js';

/** The `typ` of a JWT access token (RFC 9068 §2.1): an ID token cannot pass for one. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The character between grant and serial number in a `jti`; neither has it. */
const JTI_SEPARATOR = '.';

/** The character between version and serial number in the `jti` of a client's own token. */
const VERSION_SEPARATOR = ':';

/** What every access token says, whoever it speaks for. */
interface AccessTokenSubject {
  readonly client: ClientRecord;
  readonly scopes: readonly string[];
  /** Whom it is for: at least one. */
  readonly audience: readonly string[];
  /** How long it is good for, where that is not what the deployment's access tokens are. */
  readonly accessTokenSeconds?: number | undefined;
}

/** A client that asks for itself; no person has anything to do with it (RFC 6749 §4.4). */
export type ClientSubject = AccessTokenSubject;

/** A person, by the grant that they gave. */
export interface GrantedSubject extends AccessTokenSubject {
  readonly grant: GrantRecord;
  readonly account: AccountRecord;
}

export interface IssuedAccessToken<Kept> {
  readonly token: string;
  /** What storage must keep of it; a JWT speaks for itself. */
  readonly record: Kept | null;
}

/** An access token on a person's behalf: a JWT (RFC 9068 §2) or a reference, as the client is registered for. */
export async function issueAccessToken(
  dependencies: IssuanceDependencies,
  subject: GrantedSubject,
): Promise<IssuedAccessToken<OpaqueAccessTokenRecord>> {
  const { grant, account } = subject;
  if (subject.client.accessTokenFormat === 'opaque') {
    return reference(dependencies, subject);
  }
  const token = await signAccessToken(dependencies, subject, {
    sub: dependencies.subjectOf(account, subject.client),
    auth_time: authenticationOf(grant.origin)?.authTime,
    jti: `${grant.id}${JTI_SEPARATOR}${randomId(dependencies.random)}`,
  });
  return { token, record: null };
}

/**
 * An access token of a client's own, whose `sub` is the client (RFC 9068 §2.2). Its `jti` names no grant,
 * since there is none, but the version of the client's credentials that it was issued to.
 */
export async function issueClientAccessToken(
  dependencies: IssuanceDependencies,
  subject: ClientSubject,
): Promise<IssuedAccessToken<ClientTokenRecord>> {
  const { client } = subject;
  if (client.accessTokenFormat === 'opaque') {
    const { token, record } = reference(dependencies, subject);
    return {
      token,
      record: { ...record, clientId: client.id, credentialsVersion: client.credentialsVersion },
    };
  }
  const jti = `${client.credentialsVersion}${VERSION_SEPARATOR}${randomId(dependencies.random)}`;
  return { token: await signAccessToken(dependencies, subject, { sub: client.id, jti }), record: null };
}

function signAccessToken(
  { issuer, keyring, clock, lifetimes }: IssuanceDependencies,
  { client, scopes, audience, accessTokenSeconds }: AccessTokenSubject,
  about: { readonly sub: string; readonly auth_time?: number | undefined; readonly jti: string },
): Promise<string> {
  const now = clock();
  return keyring.sign('ES256', ACCESS_TOKEN_TYPE, {
    iss: issuer,
    aud: audience.length === 1 ? audience[0] : audience, // RFC 7519 §4.1.3
    client_id: client.id,
    scope: scopes.length === 0 ? undefined : formatScope(scopes),
    iat: now,
    exp: now + (accessTokenSeconds ?? lifetimes.accessTokenSeconds),
    ...about,
  });
}

/** A token that is nothing but random, with what is kept of it. */
function reference(
  { clock, random, lifetimes }: IssuanceDependencies,
  { scopes, audience, accessTokenSeconds }: AccessTokenSubject,
) {
  const token = randomSecret(random);
  const issuedAt = clock();
  const expiresAt = issuedAt + (accessTokenSeconds ?? lifetimes.accessTokenSeconds);
  return { token, record: { hash: sha256(token), scopes, audience, issuedAt, expiresAt } };
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

/**
 * The version of its client's credentials that a client's own JWT access token was issued to: named in its `jti`,
 * so that a token that is not kept anywhere ends with what its client had. The first ones named none.
 */
export function credentialsVersionOf(jti: string): number {
  const separator = jti.indexOf(VERSION_SEPARATOR);
  return separator === -1 ? 0 : Number(jti.slice(0, separator));
}
