/** A logout token that a client must get (Back-Channel Logout 1.0 §2.5). It is signed anew at each attempt. */
export interface LogoutDelivery {
  readonly id: string;
  /** The `sid` of the session that ended. */
  readonly sessionId: string;
  readonly clientId: string;
  readonly accountId: string;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

/** What is still to be told to clients; written by the unit that ends the session. */
export interface LogoutDeliveryStore {
  /**
   * Takes deliveries that are due, each for one caller alone: until `leaseUntil` nobody else gets them, and then
   * only if they were neither finished nor put off, because whoever had them is gone.
   *
   * @param busyClientIds clients whose deliveries stay where they are; at most 15 are left out
   */
  claim(
    now: number,
    leaseUntil: number,
    limit: number,
    busyClientIds?: readonly string[],
  ): Promise<readonly LogoutDelivery[]>;
  /** Tries again from this time on. Changes nothing where somebody else has taken the delivery since. */
  putOff(delivery: LogoutDelivery, until: number): Promise<void>;
  /** Done, or given up. Changes nothing where somebody else has taken the delivery since. */
  finish(delivery: LogoutDelivery, now: number): Promise<void>;
  /** Deletes what was finished before, up to `limit` rows. */
  purge(finishedBefore: number, limit: number): Promise<number>;
}
