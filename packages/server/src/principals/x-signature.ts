import { CompactSign, type JWTPayload, jwtVerify } from 'jose';
import type { SubjectOf } from '../accounts/subject.js';
import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import { deriveKey } from '../crypto/seal.js';
import type { Credential, Developers, Principal, TokenName } from './principal.js';

/** The `typ` of these JWTs: no other of ours passes for one, nor one of these for any other (RFC 8725 §3.11). */
const TYPE = 'x-signature+jwt';

const LIFETIME_SECONDS = 300;

/** What an x-signature was made with. */
export type SignedBy =
  | { readonly kind: 'session'; readonly tokenHash: string }
  | { readonly kind: 'api_key'; readonly keyId: string }
  | {
      readonly kind: 'access_token';
      readonly clientId: string;
      readonly grantId: string;
      readonly token: TokenName;
      readonly scopes: readonly string[];
      readonly expiresAt: number;
    };

/** Short-lived JWTs by which programs written for DocSpace say who calls. Grantor alone makes and reads them. */
export interface Signatures {
  /**
   * Makes one for whoever calls.
   *
   * @returns undefined for an app that acts for itself: it is nobody whom one of these could name
   */
  sign(principal: Principal): Promise<string | undefined>;
  /** What it was made with, which is yet to be looked up; undefined where it is not one, or its time is over. */
  read(signature: string): Promise<SignedBy | undefined>;
}

export interface SignatureDependencies {
  readonly issuer: string;
  readonly secret: string;
  readonly secretPrevious?: string | undefined;
  readonly developers: Developers;
  readonly subjectOf: SubjectOf;
  readonly clock: Clock;
  readonly random: Random;
}

export function createSignatures(dependencies: SignatureDependencies): Signatures {
  const { issuer, secret, secretPrevious, developers, subjectOf, clock, random } = dependencies;
  const [key, ...previous] = [secret, ...(secretPrevious === undefined ? [] : [secretPrevious])].map((text) =>
    deriveKey(text, 'x-signature'),
  ) as [Buffer, ...Buffer[]];

  /** The claims that programs for DocSpace read; their values are strings. */
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
    for (const candidate of [key, ...previous]) {
      try {
        const { payload } = await jwtVerify(signature, candidate, {
          algorithms: ['HS256'],
          typ: TYPE,
          issuer,
          audience: issuer,
          requiredClaims: ['exp', 'iat', 'jti', 'sub'],
          currentDate: new Date(clock() * 1000),
        });
        return payload;
      } catch {
        // Not with this key, or not one at all.
      }
    }
    return undefined;
  }

  return {
    async sign(principal) {
      const madeWith = bindingOf(principal.credential);
      if (madeWith === undefined) return undefined;
      const now = clock();
      const claims = {
        ...about(principal),
        ...madeWith,
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
  };
}

/** What ties a signature to the credential that it was made with. */
function bindingOf(credential: Credential): Readonly<Record<string, string>> | undefined {
  if (credential.kind === 'session') return { session: credential.tokenHash };
  if (credential.kind === 'api_key') return { key_id: credential.keyId };
  if (credential.kind === 'nothing' || credential.grantId === null) return undefined;
  const { client, grantId, token } = credential;
  const name = token.format === 'jwt' ? { token_jti: token.id } : { token_hash: token.id };
  return { grant_id: grantId, client_id: client.id, ...name };
}

function signedBy(claims: JWTPayload): SignedBy | undefined {
  const { session, key_id: keyId, grant_id: grantId, client_id: clientId, scopes, exp } = claims;
  const { token_jti: jti, token_hash: hash } = claims;
  if (typeof session === 'string') return { kind: 'session', tokenHash: session };
  if (typeof keyId === 'string') return { kind: 'api_key', keyId };
  if (typeof grantId !== 'string' || typeof clientId !== 'string' || exp === undefined) return undefined;
  const id = jti ?? hash;
  if (typeof id !== 'string') return undefined;
  const token = { format: jti === undefined ? 'opaque' : 'jwt', id } as const;
  const given = typeof scopes === 'string' ? scopes.split(' ').filter((name) => name !== '') : [];
  return { kind: 'access_token', clientId, grantId, token, scopes: given, expiresAt: exp };
}

/** JSON in nothing but ASCII: some who read these decode them byte by byte. */
function inAscii(value: object): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
