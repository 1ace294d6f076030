import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type { ClientRecord, ClientStore, Note } from '../storage/ports/index.js';
import { newSecret } from './secret.js';

/** Who rotates, whether the client is still theirs to change, and what to remember of it. */
export interface Rotating {
  /** How long the secret of now is good beside the new one; 0 ends it at once, with all that it got. */
  readonly overlapSeconds: number;
  readonly modifiedBy: string;
  /** Called with the client as it is when its secret is changed; what it throws leaves it so. */
  readonly inspect: (client: ClientRecord) => void;
  readonly note: Note<ClientRecord>;
}

export interface RotatedSecret {
  readonly client: ClientRecord;
  /** Told this once. */
  readonly secret: string;
}

/** Gives a client another secret. @returns `noSecret` for a client that has none to change */
export type RotateSecret = (
  id: string,
  rotating: Rotating,
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
    // What kind of credentials a client has never changes, so that this fits when it is written too.
    const { secret, secretHash, sealedSecret } = newSecret(before.authenticationMethod, random, secrets);
    if (secret === undefined || secretHash === null) return 'noSecret';
    const now = clock();
    const previousExpiresAt = overlapSeconds === 0 ? null : now + overlapSeconds;
    const rotation = { secretHash, sealedSecret, previousExpiresAt, modifiedBy, now };
    const client = await clients.rotateSecret(id, rotation, inspect, note);
    return client === 'missing' ? 'missing' : { client, secret };
  };
}
