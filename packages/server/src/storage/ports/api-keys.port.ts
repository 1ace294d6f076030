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
  /** Adds the key unless one with the same hash is there. */
  add(key: ApiKeyRecord): Promise<'added' | 'known'>;
}
