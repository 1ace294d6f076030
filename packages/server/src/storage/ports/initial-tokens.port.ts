import type { Note } from './audit.port.js';

/** A token that lets its holder register clients (RFC 7591 §1.2, initial access token), known by its hash. */
export interface InitialTokenRecord {
  readonly id: string;
  /** The operator's name for it. */
  readonly name: string;
  /** SHA-256 of the token. */
  readonly hash: string;
  readonly createdAt: number;
  /** Seconds since the epoch; null for one that does not expire. */
  readonly expiresAt: number | null;
  /** How many more clients can be registered with it; null for any number. */
  readonly usesLeft: number | null;
}

export interface InitialTokenStore {
  /** @param note the audit event of it, in the same unit */
  create(token: InitialTokenRecord, note?: Note<InitialTokenRecord>): Promise<void>;
  /** The token with this hash, if it has not expired and has a use left. */
  find(hash: string, now: number): Promise<InitialTokenRecord | undefined>;
  /** Every token that has not been purged, newest first, at most 100. */
  list(): Promise<readonly InitialTokenRecord[]>;
  /** @param note the audit event of it, in the same unit; called with the token as it was */
  delete(id: string, note?: Note<InitialTokenRecord>): Promise<'deleted' | 'missing'>;
  /** Deletes tokens that have expired or are used up. @returns how many */
  purge(now: number, limit: number): Promise<number>;
}
