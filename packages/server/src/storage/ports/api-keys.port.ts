import type { AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';
import type { Page, PageRequest } from './page.js';

/** A key to the management API, known by its hash. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key. */
  readonly hash: string;
  /** Its first characters, so that people can tell their keys apart. */
  readonly prefix: string;
  /** Whose it is; null for the key of the configuration, which belongs to the deployment. */
  readonly accountId: string | null;
  /** The management scopes that it is good for; null for all of them. */
  readonly scopes: readonly string[] | null;
  readonly createdAt: number;
  /** Seconds since the epoch; null for a key that does not expire. */
  readonly expiresAt: number | null;
  /** When it was last of use, to the minute; null where it never was. */
  readonly lastUsedAt: number | null;
}

/** A key with the person it belongs to. */
export interface ApiKeyWithAccount {
  readonly key: ApiKeyRecord;
  readonly account: AccountRecord | null;
}

export interface ApiKeyStore {
  /** The live key with this hash; nothing where it has expired or its person is disabled. */
  findLive(hash: string, now: number): Promise<ApiKeyWithAccount | undefined>;
  /** The same, by the key's ID: for what was made with the key and must die with it. */
  findLiveById(id: string, now: number): Promise<ApiKeyWithAccount | undefined>;
  find(id: string): Promise<ApiKeyRecord | undefined>;
  /** @param accountId whose keys alone; everybody's unless set */
  list(page: PageRequest, accountId?: string): Promise<Page<ApiKeyRecord>>;
  /**
   * @param options.mostPerAccount where the key's person has that many keys, it is not added; of many that try at
   *   once, no more get in
   * @param options.note what to remember of it, in the same unit
   */
  create(
    key: ApiKeyRecord,
    options?: { readonly mostPerAccount?: number; readonly note?: Note<ApiKeyRecord> },
  ): Promise<'created' | 'accountFull'>;
  /** Adds the key, in the place of the one with the same ID where there is one. */
  put(key: ApiKeyRecord): Promise<void>;
  /** Notes that the key was used, unless that was noted after `before`. */
  touch(id: string, now: number, before: number): Promise<void>;
  /**
   * Gives a key another name.
   *
   * @param nameOf called with the key as it is, which nothing else changes meanwhile; what it throws leaves the key
   *   as it was. It may be called again, and has no effect but its result
   * @param note called with the key as it is afterwards
   * @returns the key as it is afterwards
   */
  rename(
    id: string,
    nameOf: (key: ApiKeyRecord) => string,
    note?: Note<ApiKeyRecord>,
  ): Promise<ApiKeyRecord | 'missing'>;
  /** @param note called with the key as it was; what it throws leaves the key there */
  delete(id: string, note?: Note<ApiKeyRecord>): Promise<'deleted' | 'missing'>;
}
