import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';
import type { ClientSecretStore } from './client-secrets.port.js';
import type { Page, PageRequest } from './page.js';

/** What an update can change. */
export type ClientChanges = Partial<
  Omit<
    ClientRecord,
    'id' | 'createdAt' | 'createdBy' | 'secretHash' | 'sealedSecret' | 'previousSecret' | 'credentialsVersion'
  >
> & {
  readonly updatedAt: number;
  /** The logo as a `data:` URI; null removes it. */
  readonly logo?: string | null;
  /** Revokes, in the same unit, all grants to the client and its own tokens. Consents stay. */
  readonly endsAccess?: boolean;
};

/** The most clients there may be. */
export interface ClientCaps {
  /** Of the creator of this one. */
  readonly perCreator?: number;
  readonly total?: number;
}

export interface ClientStore extends ClientSecretStore {
  find(id: string): Promise<ClientRecord | undefined>;
  /** Whether any enabled client has `allow_introspection_without_credentials`. */
  someAllowOpenIntrospection(): Promise<boolean>;
  /** @param createdBy lists only the clients that this creator registered */
  list(page: PageRequest, createdBy?: string): Promise<Page<ClientRecord>>;
  /**
   * @param options.caps where there are as many, nothing is added; the caps hold for concurrent requests too
   * @param options.creator the account that creates it, which must still exist: otherwise the app has no developer
   * @param options.logo the logo as a `data:` URI
   * @param options.note the audit event of it, in the same unit
   * @throws OwnerGone where the creator does not exist any more
   */
  create(
    client: ClientRecord,
    options?: {
      readonly caps?: ClientCaps;
      readonly creator?: string | undefined;
      readonly logo?: string | undefined;
      readonly note?: Note<ClientRecord> | undefined;
    },
  ): Promise<'created' | 'idTaken' | 'creatorFull' | 'full'>;
  /**
   * Changes the named fields and returns the client as it is afterwards.
   *
   * @param changes as a function: called with the current client, which no other unit changes meanwhile. An error
   *   that it throws leaves the client unchanged. It can be called again, and must have no side effect
   * @param note the audit event of it, in the same unit; called with the changed client
   */
  update(
    id: string,
    changes: ClientChanges | ((client: ClientRecord) => ClientChanges),
    note?: Note<ClientRecord>,
  ): Promise<ClientRecord | 'missing'>;
  /**
   * Deletes the client and, in the same unit, everything that was granted to it.
   *
   * @param note called with the client as it was; an error that it throws cancels the deletion
   */
  delete(id: string, note?: Note<ClientRecord>): Promise<'deleted' | 'missing'>;
  /**
   * Deletes all clients of one creator, or all clients, with everything that was granted to them: those that exist
   * when it begins. It takes several units. Each client is deleted together with its dependent rows and its note, or
   * not at all. After a failure, call it again to delete the rest.
   *
   * @param createdBy null for all clients
   * @param note called with each client as it was
   * @returns how many
   */
  deleteAll(createdBy: string | null, note?: Note<ClientRecord>): Promise<number>;
}
