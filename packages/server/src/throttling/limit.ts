/** How many attempts are allowed within a time, which starts with the first attempt. */
export interface LimitSettings {
  /** What it counts, such as `sign-ins by address`. Unique within a server. */
  readonly name: string;
  /** How many attempts are allowed within one window. */
  readonly points: number;
  readonly windowSeconds: number;
}

/** How much of a limit one key has used. */
export interface LimitUsage {
  /** How many attempts are allowed within one window. */
  readonly limit: number;
  /** How many were counted in this window, this one included. */
  readonly used: number;
  /** Seconds until the window ends and the count starts again; at least 1. */
  readonly resetSeconds: number;
}

/** Counts attempts per key in fixed windows. */
export interface Limit {
  /**
   * Counts before the attempt is made, so that simultaneous attempts are all counted. A refused attempt is not counted:
   * it does not lengthen the wait and needs no refund.
   *
   * @param cost how many attempts this one counts for; 1 unless set
   */
  count(key: string, cost?: number): Promise<LimitUsage>;
  /** Removes one attempt from the count. The window stays as it is. */
  refund(key: string): Promise<void>;
}

/** A limit whose counts can be deleted. */
export interface ExactLimit extends Limit {
  /** Deletes all that was counted for a key. */
  reset(key: string): Promise<void>;
}

/** The limits of one server: in memory for one process, shared where several processes use one database. */
export interface Limits {
  /** For guesses: exact over all processes. Each count is a write where the limit is shared. */
  readonly exact: (settings: LimitSettings) => ExactLimit;
  /** For floods: processes exchange their counts every second, and may together exceed it by a stated share. */
  readonly approximate: (settings: LimitSettings) => Limit;
}

/** @returns how long to wait, in seconds; 0 if the attempt is allowed */
export function waitOf({ limit, used, resetSeconds }: LimitUsage): number {
  return used > limit ? resetSeconds : 0;
}
