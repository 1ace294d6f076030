import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';
import type { ClientChanges } from './clients.port.js';

/** A client that is about to register itself (RFC 7591 §3.1). */
export interface NewDynamicClient {
  readonly client: ClientRecord;
  /** SHA-256 of the registration access token. */
  readonly tokenHash: string;
  /** SHA-256 of the initial access token that must be good for one more use; null where none is needed. */
  readonly initialTokenHash: string | null;
  /** What a client that registers the same way has in common with it; null where it is to be a client of its own. */
  readonly fingerprint: string | null;
  /** Whether the client that once had this fingerprint still is what it was. */
  readonly isSame: (client: ClientRecord) => boolean;
  /** How many clients there may be; unless set, any number. */
  readonly caps?: RegistrationCaps;
  /** What to remember of a new client, in the same unit. */
  readonly note?: Note<ClientRecord>;
}

/** How many clients that registered themselves there may be; 0 for any number. */
export interface RegistrationCaps {
  readonly total: number;
  readonly perSource: number;
  /** The network that asks; null where an initial access token bounds it. */
  readonly source: string | null;
}

export type DynamicRegistration =
  | { readonly outcome: 'created' | 'recognised'; readonly client: ClientRecord }
  | { readonly outcome: 'tokenRefused' | 'tooMany' };

/** Clients that registered themselves. Several registrations may have come to share one client. */
export interface DynamicClientStore {
  /**
   * Spends one use of the initial access token, then adds the client, or makes the one with the same
   * fingerprint a shared one, in one unit. No two of these run at once.
   */
  register(registration: NewDynamicClient): Promise<DynamicRegistration>;
  /** The client that a registration access token manages. */
  find(tokenHash: string): Promise<ClientRecord | undefined>;
  isDynamic(clientId: string): Promise<boolean>;
  /**
   * Changes the client, which is then recognised no more. What `changes` throws leaves it as it was.
   *
   * @param note what to remember of it, in the same unit; called with the client as it is afterwards
   * @returns `shared` where others have registered it too, so that nobody may change it
   */
  update(
    tokenHash: string,
    changes: (client: ClientRecord) => ClientChanges,
    note?: Note<ClientRecord>,
  ): Promise<ClientRecord | 'missing' | 'shared'>;
  /**
   * Deletes the client with all that was granted to it; of a shared one, this registration alone.
   *
   * @param note what to remember of a client that is deleted, in the same unit
   */
  remove(tokenHash: string, note?: Note<ClientRecord>): Promise<'removed' | 'missing'>;
  /**
   * Deletes clients that were registered before a time and that nobody has allowed anything since.
   *
   * @returns how many rows it changed
   */
  purgeUnused(registeredBefore: number, limit: number): Promise<number>;
}
