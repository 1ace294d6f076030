import { equalInConstantTime, sha256 } from '../crypto/hash.js';
import { type Random, randomSecret } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type { ClientAuthenticationMethod } from '../protocol/index.js';
import type { ClientRecord, PreviousSecret } from '../storage/ports/index.js';

/**
 * What a client proves itself with: nothing, a secret that it sends, a secret that it signs with, or keys of
 * its own. Methods of one kind may be changed for each other; of another kind they need other credentials.
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

/** Makes the secret that a method needs, if it needs one. It is kept readable only where signatures are checked with it. */
export function newSecret(method: ClientAuthenticationMethod, random: Random, sealer: Sealer): NewSecret {
  const kind = credentialKinds[method];
  if (kind === 'sentSecret') {
    // base64url, so that no encoding between here and the client can change it.
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

/** The secret before this one, while it is still good. */
export function livePreviousSecret(client: ClientRecord, now: number): PreviousSecret | undefined {
  const { previousSecret } = client;
  return previousSecret !== null && previousSecret.expiresAt > now ? previousSecret : undefined;
}

/**
 * Whether this is the client's secret, or the one before it until its deadline, in a time that tells neither how
 * nearly nor which. A client that signs with its secret does not send it: what it sent would be no more worth
 * than a password in a log.
 *
 * @param client undefined where there is no such client, which takes as long to refuse
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
