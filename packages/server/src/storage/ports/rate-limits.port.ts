/** What is counted under one key of a limit. */
export interface RateLimitCount {
  /** The limit and the key, hashed. */
  readonly key: string;
  /** What to add; negative to take something back. The count never goes below 0. */
  readonly cost: number;
  /** When the window ends if it begins now, in seconds since the epoch. */
  readonly endsAt: number;
}

/** One window, as all processes together have counted it. */
export interface RateLimitWindow {
  readonly key: string;
  readonly used: number;
  /** Seconds since the epoch. */
  readonly endsAt: number;
}

/** Counts that the processes of one deployment share. */
export interface RateLimitStore {
  /**
   * Adds in one statement, so that of two processes that count at once each sees the other. A window that has ended
   * begins again.
   */
  add(count: RateLimitCount, now: number): Promise<RateLimitWindow>;
  /** Adds to many windows, in as few units as it can without holding up others. */
  addAll(counts: readonly RateLimitCount[], now: number): Promise<readonly RateLimitWindow[]>;
  reset(key: string): Promise<void>;
  /** Deletes windows that have ended. @returns how many */
  purge(now: number, limit: number): Promise<number>;
}
