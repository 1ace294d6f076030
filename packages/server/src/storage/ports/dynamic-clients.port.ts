import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';
import type { ClientChanges } from './clients.port.js';

/** A client that is about to register itself (RFC 7591 §3.1). */
export interface NewDynamicClient {
  readonly client: ClientRecord;
  /** SHA-256 of the registration access token. */
  readonly tokenHash: string;
  /** SHA-256 of the initial access token, which must have a use left; null where none is required. */
  readonly initialTokenHash: string | null;
  /** Equal for registrations of the same client; null where each registration makes a client of its own. */
  readonly fingerprint: string | null;
  /** Whether the client that was stored with this fingerprint still has it. */
  readonly isSame: (client: ClientRecord) => boolean;
  /** The most clients there may be; without it, any number. */
  readonly caps?: RegistrationCaps;
  /** The audit event of a new client, in the same unit. */
  readonly note?: Note<ClientRecord>;
}

/** The most clients that registered themselves; 0 for any number. */
export interface RegistrationCaps {
  readonly total: number;
  readonly perSource: number;
  /** The network that the request comes from; null where an initial access token limits it. */
  readonly source: string | null;
}

export type DynamicRegistration =
  | { readonly outcome: 'created' | 'recognised'; readonly client: ClientRecord }
  | { readonly outcome: 'tokenRefused' | 'tooMany' };

/** Clients that registered themselves. Several registrations can share one client. */
export interface DynamicClientStore {
  /**
   * Spends one use of the initial access token, then adds the client, or makes the one with the same fingerprint a
   * shared one, in one unit. Registrations run one at a time.
   */
  register(registration: NewDynamicClient): Promise<DynamicRegistration>;
  /** The client that a registration access token manages. */
  find(tokenHash: string): Promise<ClientRecord | undefined>;
  isDynamic(clientId: string): Promise<boolean>;
  /**
   * Changes the client. Later registrations do not recognise it any more. An error that `changes` throws leaves the
   * client unchanged.
   *
   * @param note the audit event of it, in the same unit; called with the changed client
   * @returns `shared` where others have registered it too: a shared client cannot be changed
   */
  update(
    tokenHash: string,
    changes: (client: ClientRecord) => ClientChanges,
    note?: Note<ClientRecord>,
  ): Promise<ClientRecord | 'missing' | 'shared'>;
  /**
   * Deletes the client with everything that was granted to it; of a shared client, this registration only.
   *
   * @param note the audit event of a deleted client, in the same unit
   */
  remove(tokenHash: string, note?: Note<ClientRecord>): Promise<'removed' | 'missing'>;
  /**
   * Deletes clients that were registered before a time and that no user has allowed anything since.
   *
   * @returns how many rows it changed
   */
  purgeUnused(registeredBefore: number, limit: number): Promise<number>;
}
