import type { AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';
import type { Page, PageRequest } from './page.js';

/** A key to the management API, known by its hash. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key. */
  readonly hash: string;
  /** Its first characters, by which users recognise their keys. */
  readonly prefix: string;
  /** Its user; null for the key of the configuration, which belongs to the deployment. */
  readonly accountId: string | null;
  /** Its management scopes; null for all of them. */
  readonly scopes: readonly string[] | null;
  readonly createdAt: number;
  /** Seconds since the epoch; null for a key that does not expire. */
  readonly expiresAt: number | null;
  /** When it was last used, to the minute; null if it never was. */
  readonly lastUsedAt: number | null;
}

/** A key and its user. */
export interface ApiKeyWithAccount {
  readonly key: ApiKeyRecord;
  readonly account: AccountRecord | null;
}

export interface ApiKeyStore {
  /** The live key with this hash; undefined where it has expired or its user is disabled. */
  findLive(hash: string, now: number): Promise<ApiKeyWithAccount | undefined>;
  /** The same by the key's ID, for credentials that were made with the key and end with it. */
  findLiveById(id: string, now: number): Promise<ApiKeyWithAccount | undefined>;
  find(id: string): Promise<ApiKeyRecord | undefined>;
  /** @param accountId lists only the keys of this user */
  list(page: PageRequest, accountId?: string): Promise<Page<ApiKeyRecord>>;
  /**
   * @param options.mostPerAccount where the user has as many keys, the key is not added; it holds for concurrent requests
   *   too
   * @param options.note the audit event of it, in the same unit
   */
  create(
    key: ApiKeyRecord,
    options?: { readonly mostPerAccount?: number; readonly note?: Note<ApiKeyRecord> },
  ): Promise<'created' | 'accountFull'>;
  /** Adds the key, or replaces the one with the same ID. */
  put(key: ApiKeyRecord): Promise<void>;
  /** Records that the key was used, unless a use after `before` is recorded. */
  touch(id: string, now: number, before: number): Promise<void>;
  /**
   * Renames a key.
   *
   * @param nameOf called with the current key, which no other unit changes meanwhile. An error that it throws leaves the
   *   key unchanged. It can be called again, and must have no side effect
   * @param note the audit event of it, in the same unit; called with the renamed key
   * @returns the renamed key
   */
  rename(
    id: string,
    nameOf: (key: ApiKeyRecord) => string,
    note?: Note<ApiKeyRecord>,
  ): Promise<ApiKeyRecord | 'missing'>;
  /** @param note called with the key as it was; an error that it throws cancels the deletion */
  delete(id: string, note?: Note<ApiKeyRecord>): Promise<'deleted' | 'missing'>;
}
