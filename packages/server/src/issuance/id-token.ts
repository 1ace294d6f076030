import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '../protocol/index.js';
import { authenticationOf } from './authentication.js';
import type { IssuanceDependencies } from './dependencies.js';
import { encryptFor, wantsEncrypted } from './encrypt.js';
import type { UserSubject } from './subject.js';
import { userClaims } from './user-claims.js';
import type { IdTokenWants } from './wants.js';

/**
 * An ID token (OpenID Connect Core 1.0 §2), signed with the algorithm that the client registered, and encrypted if it
 * registered for that.
 *
 * @param accessToken the access token that is sent with it (`at_hash`)
 */
export async function issueIdToken(
  dependencies: IssuanceDependencies,
  { client, grant, account, scopes }: UserSubject,
  { nonce, code, state, withClaims }: IdTokenWants,
  accessToken: string | undefined,
): Promise<string> {
  const { issuer, keyring, clientKeys, clock, lifetimes, subjectOf } = dependencies;
  const now = clock();
  const algorithm = client.idTokenAlgorithm;
  const signIn = authenticationOf(grant.origin);
  const asked = Object.keys(grant.details.claims?.id_token ?? {}); // OpenID Connect Core 1.0 §5.5
  const hashOf = (text: string | undefined) =>
    text === undefined ? undefined : leftHalfHash(text, algorithm);
  const claims =
    withClaims || asked.length > 0
      ? await userClaims(dependencies, account, withClaims ? scopes : [], asked)
      : undefined;
  const signed = keyring.sign(algorithm, 'JWT', {
    ...claims,
    iss: issuer,
    sub: subjectOf(account, client),
    aud: client.id,
    iat: now,
    exp: now + lifetimes.idTokenSeconds,
    auth_time: signIn?.authTime,
    acr: signIn?.acr,
    amr: signIn?.amr,
    sid: signIn?.sessionId,
    nonce: nonce ?? undefined,
    at_hash: hashOf(accessToken),
    c_hash: hashOf(code),
    s_hash: hashOf(state),
  });
  if (!wantsEncrypted(client, 'id_token')) return signed;
  return encryptFor(clientKeys, client, 'id_token', { text: await signed, isJwt: true });
}

/** The hash of each signature algorithm. Ed25519 uses SHA-512 (RFC 8032 §5.1). */
const hashes: Record<SigningAlgorithm, 'sha256' | 'sha512'> = {
  ES256: 'sha256',
  RS256: 'sha256',
  PS256: 'sha256',
  EdDSA: 'sha512',
};

/**
 * The left half of a hash in base64url, as `at_hash` and `c_hash` are made
 * (OpenID Connect Core 1.0 §3.1.3.6, §3.3.2.11), and `s_hash` like them.
 *
 * @param text ASCII in the specifications; other text is hashed as UTF-8
 * @param algorithm the algorithm of the ID token that contains the hash
 */
export function leftHalfHash(text: string, algorithm: SigningAlgorithm): string {
  const digest = createHash(hashes[algorithm]).update(text, 'utf8').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
