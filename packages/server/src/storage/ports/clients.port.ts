import type { Note } from './audit.port.js';
import type { ClientRecord, CompatibilitySetting } from './client-record.js';
import type { ClientSecretStore } from './client-secrets.port.js';
import type { Page, PageRequest } from './page.js';

/** What an update may change. */
export type ClientChanges = Partial<
  Omit<
    ClientRecord,
    'id' | 'createdAt' | 'createdBy' | 'secretHash' | 'sealedSecret' | 'previousSecret' | 'credentialsVersion'
  >
> & {
  readonly updatedAt: number;
  /** The app's picture as a `data:` URI, or null for none any more. */
  readonly logo?: string | null;
  /** Ends, in the same unit, all that was granted to the client and its own tokens. Consents stay. */
  readonly endsAccess?: boolean;
};

/** How many clients there may be. */
export interface ClientCaps {
  /** By whoever creates this one. */
  readonly perCreator?: number;
  readonly total?: number;
}

export interface ClientStore extends ClientSecretStore {
  find(id: string): Promise<ClientRecord | undefined>;
  /** Whether any enabled client has the setting. It searches all clients: callers remember the result. */
  someAllows(setting: CompatibilitySetting): Promise<boolean>;
  /** @param createdBy whose clients alone; everybody's unless set */
  list(page: PageRequest, createdBy?: string): Promise<Page<ClientRecord>>;
  /**
   * @param options.caps where there are already that many, nothing is added; of many that try at once, no more get in
   * @param options.creator the person who creates it, who must be there still: nobody would be left to look after it
   * @param options.logo the app's picture as a `data:` URI
   * @param options.note what to remember of it, in the same unit
   * @throws OwnerGone where the creator is not there any more
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
   * @param changes as a function: called with the client as it is, which nothing else changes meanwhile;
   *   what it throws leaves the client as it was. It may be called again, and has no effect but its result
   * @param note what to remember of it, in the same unit; called with the client as it is afterwards
   */
  update(
    id: string,
    changes: ClientChanges | ((client: ClientRecord) => ClientChanges),
    note?: Note<ClientRecord>,
  ): Promise<ClientRecord | 'missing'>;
  /**
   * Deletes the client and, in the same unit, all that was ever granted to it.
   *
   * @param note called with the client as it was; what it throws leaves the client there
   */
  delete(id: string, note?: Note<ClientRecord>): Promise<'deleted' | 'missing'>;
  /**
   * Deletes all clients of one who created them, or of everybody, with all that was ever granted to them: those
   * that are there when it begins. Each goes with all that hangs on it and its note or stays, but not all go at
   * once; where it fails in the middle, what is left goes when it is called again.
   *
   * @param createdBy null for everybody's
   * @param note called with each client as it was
   * @returns how many
   */
  deleteAll(createdBy: string | null, note?: Note<ClientRecord>): Promise<number>;
}
