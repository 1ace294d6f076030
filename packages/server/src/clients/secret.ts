import { equalInConstantTime, sha256 } from '../crypto/hash.js';
import { type Random, randomSecret } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type { ClientAuthenticationMethod } from '../protocol/index.js';
import type { ClientRecord, PreviousSecret } from '../storage/ports/index.js';

/**
 * The kinds of client credentials: none, a secret that is sent, a secret that signs, or keys. A client can change its
 * method to another one of the same kind. Methods of another kind need other credentials.
 */
export type CredentialKind = 'none' | 'sentSecret' | 'signingSecret' | 'keys';

export const credentialKinds: Record<ClientAuthenticationMethod, CredentialKind> = {
  client_secret_basic: 'sentSecret',
  client_secret_post: 'sentSecret',
  client_secret_jwt: 'signingSecret',
  private_key_jwt: 'keys',
  none: 'none',
};

/** The stored form of a client secret, and the secret itself, which is shown only once. */
export interface NewSecret {
  readonly secret: string | undefined;
  readonly secretHash: string | null;
  readonly sealedSecret: string | null;
}

/**
 * Generates the secret that a method needs, if it needs one. The secret stays readable (encrypted) only if signatures
 * are checked with it.
 */
export function newSecret(method: ClientAuthenticationMethod, random: Random, sealer: Sealer): NewSecret {
  const kind = credentialKinds[method];
  if (kind === 'sentSecret') {
    // base64url: the same characters in every encoding of a request.
    const secret = randomSecret(random);
    return { secret, secretHash: sha256(secret), sealedSecret: null };
  }
  if (kind === 'signingSecret') {
    // RFC 7518 §3.2: a key of HS512 has 64 bytes or more.
    const secret = random(64).toString('base64url');
    return { secret, secretHash: sha256(secret), sealedSecret: sealer.seal(secret) };
  }
  return { secret: undefined, secretHash: null, sealedSecret: null };
}

/** The previous secret while it is valid. */
export function livePreviousSecret(client: ClientRecord, now: number): PreviousSecret | undefined {
  const { previousSecret } = client;
  return previousSecret !== null && previousSecret.expiresAt > now ? previousSecret : undefined;
}

/**
 * Whether this is the client's current secret, or the previous one before its deadline. The comparison takes constant
 * time. A client that signs with its secret must not send it, so a sent one is refused.
 *
 * @param client undefined for an unknown client, which takes as long to refuse
 * @param now seconds since the epoch
 */
export function isClientSecret(client: ClientRecord | undefined, secret: string, now: number): boolean {
  const previous = client && livePreviousSecret(client, now);
  const hash = sha256(secret);
  const matches = [client?.secretHash, previous?.hash].map((kept) => equalInConstantTime(hash, kept ?? ''));
  return (
    matches.includes(true) &&
    client !== undefined &&
    client.secretHash !== null &&
    credentialKinds[client.authenticationMethod] === 'sentSecret'
  );
}
