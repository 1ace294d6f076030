/** What is counted under one key of a limit. */
export interface RateLimitCount {
  /** The limit and the key, hashed. */
  readonly key: string;
  /** How much to add; negative to subtract. The count never goes below 0. */
  readonly cost: number;
  /** When the window ends if it begins now, in seconds since the epoch. */
  readonly endsAt: number;
}

/** One window with the count of all processes. */
export interface RateLimitWindow {
  readonly key: string;
  readonly used: number;
  /** Seconds since the epoch. */
  readonly endsAt: number;
}

/** Counts that the processes of one deployment share. */
export interface RateLimitStore {
  /**
   * Adds in one statement, so that simultaneous processes count each other's attempts. An expired window starts again.
   */
  add(count: RateLimitCount, now: number): Promise<RateLimitWindow>;
  /** Adds to many windows, in few units that do not block other processes for long. */
  addAll(counts: readonly RateLimitCount[], now: number): Promise<readonly RateLimitWindow[]>;
  reset(key: string): Promise<void>;
  /** Deletes expired windows. @returns how many */
  purge(now: number, limit: number): Promise<number>;
}
