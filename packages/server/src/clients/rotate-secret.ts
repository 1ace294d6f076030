import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type { ClientRecord, ClientStore, Note } from '../storage/ports/index.js';
import { newSecret } from './secret.js';

/** Who rotates the secret, the check of the client, and the audit event. */
export interface RotationContext {
  /**
   * How long the current secret stays valid besides the new one, in seconds. With 0 it ends at once, together with
   * all access.
   */
  readonly overlapSeconds: number;
  readonly modifiedBy: string;
  /** Called with the client at the time of the write. An exception leaves the client unchanged. */
  readonly inspect: (client: ClientRecord) => void;
  readonly note: Note<ClientRecord>;
}

export interface RotatedSecret {
  readonly client: ClientRecord;
  /** Shown only once. */
  readonly secret: string;
}

/**
 * Rotates the secret of a client.
 *
 * @returns `noSecret` for a client without a secret
 */
export type RotateSecret = (
  id: string,
  rotating: RotationContext,
) => Promise<RotatedSecret | 'missing' | 'noSecret'>;

export interface RotationDependencies {
  readonly clients: ClientStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Seals the secrets of clients that sign with them. */
  readonly secrets: Sealer;
}

export function createSecretRotation({
  clients,
  clock,
  random,
  secrets,
}: RotationDependencies): RotateSecret {
  return async (id, { overlapSeconds, modifiedBy, inspect, note }) => {
    const before = await clients.find(id);
    if (before === undefined) return 'missing';
    inspect(before);
    // The kind of credentials of a client never changes, so this is still true at the time of the write.
    const { secret, secretHash, sealedSecret } = newSecret(before.authenticationMethod, random, secrets);
    if (secret === undefined || secretHash === null) return 'noSecret';
    const now = clock();
    const previousExpiresAt = overlapSeconds === 0 ? null : now + overlapSeconds;
    const rotation = { secretHash, sealedSecret, previousExpiresAt, modifiedBy, now };
    const client = await clients.rotateSecret(id, rotation, inspect, note);
    return client === 'missing' ? 'missing' : { client, secret };
  };
}
