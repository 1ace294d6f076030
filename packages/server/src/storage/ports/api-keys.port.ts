/** A key to the management API, known by its hash. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key. */
  readonly hash: string;
  /** Its first characters, so that people can tell their keys apart. */
  readonly prefix: string;
  readonly createdAt: number;
  /** Seconds since the epoch; null for a key that does not expire. */
  readonly expiresAt: number | null;
}

export interface ApiKeyStore {
  find(hash: string, now: number): Promise<ApiKeyRecord | undefined>;
  /** Adds the key, in the place of the one with the same ID where there is one. */
  put(key: ApiKeyRecord): Promise<void>;
  delete(id: string): Promise<'deleted' | 'missing'>;
}
