import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';

/** A secret that takes the place of the one there is. */
export interface SecretRotation {
  /** SHA-256 of the new secret. */
  readonly secretHash: string;
  /** The new secret, sealed, where the client signs with it. */
  readonly sealedSecret: string | null;
  /**
   * Until when the secret of now is good beside the new one, in seconds since the epoch. Null where it is worth
   * nothing from now on, and with it all that was granted to the client and its own tokens. Consents stay.
   */
  readonly previousExpiresAt: number | null;
  readonly modifiedBy: string;
  readonly now: number;
}

/** The secrets that clients prove themselves with. */
export interface ClientSecretStore {
  /**
   * Gives the client another secret. A secret that was on its way out already is worth nothing from then on: there
   * are never more than two.
   *
   * @param inspect called with the client as it is, which nothing else changes meanwhile; what it throws leaves it so
   * @param note what to remember of it, in the same unit; called with the client as it is afterwards
   */
  rotateSecret(
    id: string,
    rotation: SecretRotation,
    inspect: (client: ClientRecord) => void,
    note?: Note<ClientRecord>,
  ): Promise<ClientRecord | 'missing'>;
  /** Forgets previous secrets whose time is over. @returns how many */
  purgePreviousSecrets(now: number, limit: number): Promise<number>;
}
