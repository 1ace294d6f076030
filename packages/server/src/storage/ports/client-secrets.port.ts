import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';

/** A new secret in place of the current one. */
export interface SecretRotation {
  /** SHA-256 of the new secret. */
  readonly secretHash: string;
  /** The new secret, sealed, where the client signs with it. */
  readonly sealedSecret: string | null;
  /**
   * Until when the current secret stays valid beside the new one, in seconds since the epoch. Null revokes it at once,
   * with all grants to the client and its own tokens. Consents stay.
   */
  readonly previousExpiresAt: number | null;
  readonly modifiedBy: string;
  readonly now: number;
}

/** The secrets that clients authenticate with. */
export interface ClientSecretStore {
  /**
   * Rotates the secret of a client. An earlier previous secret becomes invalid: there are never more than two.
   *
   * @param inspect called with the current client, which no other unit changes meanwhile; an error that it throws
   *   cancels the rotation
   * @param note the audit event of it, in the same unit; called with the changed client
   */
  rotateSecret(
    id: string,
    rotation: SecretRotation,
    inspect: (client: ClientRecord) => void,
    note?: Note<ClientRecord>,
  ): Promise<ClientRecord | 'missing'>;
  /** Deletes expired previous secrets. @returns how many */
  purgePreviousSecrets(now: number, limit: number): Promise<number>;
}
