/** A logout token that must be sent to a client (Back-Channel Logout 1.0 §2.5). It is signed again at each attempt. */
export interface LogoutDelivery {
  readonly id: string;
  /** The `sid` of the session that ended. */
  readonly sessionId: string;
  readonly clientId: string;
  readonly accountId: string;
  /** How many attempts there were, including this one. */
  readonly attempts: number;
}

/** Logout tokens that are still to be sent. The unit that ends the session adds them. */
export interface LogoutDeliveryStore {
  /**
   * Claims deliveries that are due, each for one caller: until `leaseUntil`, no other caller gets them. After that, another
   * one does if they were neither finished nor put off, for example because a process has ended.
   *
   * @param busyClientIds clients whose deliveries are left out, at most 15
   */
  claim(
    now: number,
    leaseUntil: number,
    limit: number,
    busyClientIds?: readonly string[],
  ): Promise<readonly LogoutDelivery[]>;
  /** Postpones the next attempt. Changes nothing where another caller has claimed the delivery since. */
  putOff(delivery: LogoutDelivery, until: number): Promise<void>;
  /** Finishes a delivery that succeeded or failed for good. Changes nothing where another caller has claimed it since. */
  finish(delivery: LogoutDelivery, now: number): Promise<void>;
  /** Deletes up to `limit` deliveries that were finished before a time. */
  purge(finishedBefore: number, limit: number): Promise<number>;
}
