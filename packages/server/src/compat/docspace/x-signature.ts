import { createHmac } from 'node:crypto';
import { CompactSign, type JWTPayload, jwtVerify } from 'jose';
import type { SubjectOf } from '../../accounts/subject.js';
import type { Clock } from '../../crypto/clock.js';
import type { DeploymentKeys } from '../../crypto/deployment-keys.js';
import { equalInConstantTime } from '../../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../../crypto/random.js';
import type { Developers, Principal, TokenName } from '../../principals/principal.js';
import type { DeploymentStore } from '../../storage/ports/index.js';

/** The `typ` of these JWTs, so that no other token is accepted as one, nor one as another token (RFC 8725 §3.11). */
const TYPE = 'x-signature+jwt';

const LIFETIME_SECONDS = 300;

/** The credential that created an x-signature. */
export type SignedBy = (
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'api_key'; readonly keyId: string }
  | {
      readonly kind: 'access_token';
      readonly clientId: string;
      readonly grantId: string;
      readonly token: TokenName;
      readonly scopes: readonly string[];
      /** When the access token expires, in seconds since the epoch. */
      readonly expiresAt: number;
    }
) & {
  /** Binds the signature to the credential and to a secret that only the database has. */
  readonly binding: string;
};

/** Short-lived JWTs that identify the caller. Only Grantor creates and verifies them. */
export interface Signatures {
  /**
   * Creates one for the caller.
   *
   * @returns undefined for an app that acts for itself, since it is no user
   */
  sign(principal: Principal): Promise<string | undefined>;
  /** The credential that created it, which the caller must look up; undefined when it is invalid or expired. */
  read(signature: string): Promise<SignedBy | undefined>;
  /**
   * Whether the credential of this principal created the signature. A leaked secret of the deployment is not enough to
   * create a valid one, not even with an earlier signature: the hashes of credentials and the key of the binding are
   * only in the database.
   */
  isMadeWith(signed: SignedBy, principal: Principal): boolean;
}

/** The name of the binding secret among the values of the deployment. */
export const BINDING_SECRET = 'x-signature-binding-secret';

export interface SignatureDependencies {
  readonly deployment: DeploymentStore;
  readonly issuer: string;
  readonly keys: DeploymentKeys;
  readonly developers: Developers;
  readonly subjectOf: SubjectOf;
  readonly clock: Clock;
  readonly random: Random;
}

export async function createSignatures(dependencies: SignatureDependencies): Promise<Signatures> {
  const { deployment, issuer, keys, developers, subjectOf, clock, random } = dependencies;
  // A signature expires after five minutes, so signatures of a previous secret need not be accepted.
  const key = keys.current.derive('x-signature');
  const bindingKey = createHmac('sha256', keys.current.derive('x-signature-binding'))
    .update(await deployment.keep(BINDING_SECRET, randomSecret(random)))
    .digest();
  const bindingOf = (principal: Principal) =>
    createHmac('sha256', bindingKey).update(boundTo(principal)).digest('base64url');

  /** The claims that programs for DocSpace read. Their values are strings. */
  function about({ id, account, role, credential, actor }: Principal) {
    const subject =
      account !== null && credential.kind === 'access_token' ? subjectOf(account, credential.client) : id;
    return {
      sub: subject,
      user_id: subject,
      user_name: account?.name ?? actor.name ?? '',
      user_email: account?.email ?? '',
      tenant_id: '1',
      tenant_url: issuer,
      is_admin: String(role === 'administrator'),
      is_guest: String(role === 'guest'),
      is_public: String(developers === 'everybody'),
    };
  }

  async function claimsOf(signature: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(signature, key, {
        algorithms: ['HS256'],
        typ: TYPE,
        issuer,
        audience: issuer,
        requiredClaims: ['exp', 'iat', 'jti', 'sub'],
        currentDate: new Date(clock() * 1000),
      });
      return payload;
    } catch {
      return undefined;
    }
  }

  return {
    async sign(principal) {
      const madeWith = namesOf(principal);
      if (madeWith === undefined) return undefined;
      const now = clock();
      const claims = {
        ...about(principal),
        ...madeWith,
        binding: bindingOf(principal),
        ...(principal.scopes === null ? {} : { scopes: [...principal.scopes].join(' ') }),
        iss: issuer,
        aud: issuer,
        iat: now,
        exp: Math.min(now + LIFETIME_SECONDS, principal.expiresAt ?? Number.POSITIVE_INFINITY),
        jti: randomId(random),
      };
      return new CompactSign(Buffer.from(inAscii(claims)))
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .sign(key);
    },
    async read(signature) {
      const claims = await claimsOf(signature);
      return claims && signedBy(claims);
    },
    isMadeWith: (signed, principal) => equalInConstantTime(signed.binding, bindingOf(principal)),
  };
}

/**
 * The part of a credential that its holder does not see: the hash in storage. A JWT access token has no row, so the
 * binding covers everything that the token allows.
 */
function boundTo({ credential, scopes, expiresAt }: Principal): string {
  if (credential.kind === 'session') return credential.tokenHash;
  if (credential.kind === 'api_key') return credential.keyHash;
  if (credential.kind === 'none') return '';
  const { token, grantId, client } = credential;
  return JSON.stringify([
    token.format,
    token.id,
    grantId,
    client.id,
    expiresAt,
    [...(scopes ?? [])].toSorted(),
  ]);
}

/** The claims that identify the credential. */
function namesOf({
  credential,
  expiresAt,
}: Principal): Readonly<Record<string, string | number | null>> | undefined {
  if (credential.kind === 'session') return { sid: credential.sessionId };
  if (credential.kind === 'api_key') return { key_id: credential.keyId };
  if (credential.kind === 'none' || credential.grantId === null) return undefined;
  const { client, grantId, token } = credential;
  const name = token.format === 'jwt' ? { token_jti: token.id } : { token_hash: token.id };
  return { grant_id: grantId, client_id: client.id, ...name, token_exp: expiresAt };
}

function signedBy(claims: JWTPayload): SignedBy | undefined {
  const { sid, key_id: keyId, grant_id: grantId, client_id: clientId, scopes } = claims;
  const { token_jti: jti, token_hash: hash, token_exp: expiresAt, binding } = claims;
  if (typeof binding !== 'string') return undefined;
  if (typeof sid === 'string') return { kind: 'session', sessionId: sid, binding };
  if (typeof keyId === 'string') return { kind: 'api_key', keyId, binding };
  if (typeof grantId !== 'string' || typeof clientId !== 'string') return undefined;
  if (typeof expiresAt !== 'number') return undefined;
  const id = jti ?? hash;
  if (typeof id !== 'string') return undefined;
  const token = { format: jti === undefined ? 'opaque' : 'jwt', id } as const;
  const given = typeof scopes === 'string' ? scopes.split(' ').filter((name) => name !== '') : [];
  return { kind: 'access_token', clientId, grantId, token, scopes: given, expiresAt, binding };
}

/** JSON in ASCII only, since some clients decode it byte by byte. */
function inAscii(value: object): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
