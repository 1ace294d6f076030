/** How many attempts are free within a time, from the first of them on. */
export interface LimitSettings {
  /** What it counts, in words: `sign-ins by address`. Unique within a server. */
  readonly name: string;
  /** How many attempts are free within one window. */
  readonly points: number;
  readonly windowSeconds: number;
}

/** How one key stands after it was counted. */
export interface Standing {
  /** How many attempts are free within one window. */
  readonly limit: number;
  /** How many were counted in this window, this one included. */
  readonly used: number;
  /** Seconds until the window ends and everything is free again; at least 1. */
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
  count(key: string, cost?: number): Promise<Standing>;
  /** Takes one attempt back, and leaves the others and the end of the window as they are. */
  refund(key: string): Promise<void>;
}

/** A limit whose counts can be deleted. */
export interface ExactLimit extends Limit {
  /** Deletes all that was counted for a key. */
  reset(key: string): Promise<void>;
}

/** The limits of one server: in memory for one process, shared where several processes use one database. */
export interface Limits {
  /** For what a guesser must not exceed: every process knows of every attempt. Costs a write where it is shared. */
  readonly exact: (settings: LimitSettings) => ExactLimit;
  /** For floods: processes tell each other every second, and may together exceed it by a stated share. */
  readonly approximate: (settings: LimitSettings) => Limit;
}

/** @returns how long to wait, in seconds; 0 where the attempt may go ahead */
export function waitOf({ limit, used, resetSeconds }: Standing): number {
  return used > limit ? resetSeconds : 0;
}
