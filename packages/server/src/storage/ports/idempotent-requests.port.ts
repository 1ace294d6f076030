/** What identifies a request: its caller, and the key that the caller sent. */
export interface IdempotentRequestName {
  readonly caller: string;
  /** SHA-256 of the key. */
  readonly keyHash: string;
}

/** A request that its caller may send again. */
export interface IdempotentRequest extends IdempotentRequestName {
  /** Differs for another request with the same key. */
  readonly fingerprint: string;
  /** The sealed response; null while there is none. */
  readonly sealedResponse: string | null;
  /** Whether it failed in a way that leaves its effect unknown. */
  readonly isUnknown: boolean;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

export interface IdempotentRequestStore {
  /**
   * Claims the key for a request. Of many simultaneous requests, one gets it.
   *
   * @param expiredBefore requests that were claimed before this time have expired
   * @returns the request that has the key, where it is claimed
   */
  claim(
    request: Omit<IdempotentRequest, 'sealedResponse' | 'isUnknown'>,
    expiredBefore: number,
  ): Promise<'claimed' | IdempotentRequest>;
  /** Stores the response for repeated requests. */
  keep(name: IdempotentRequestName, sealedResponse: string): Promise<void>;
  /** Frees the key of the request that was claimed at this time, since it had no effect. */
  release(request: Pick<IdempotentRequest, 'caller' | 'keyHash' | 'createdAt'>): Promise<void>;
  /** Records that the effect is unknown. The key stays claimed. */
  giveUp(name: IdempotentRequestName): Promise<void>;
  /** Deletes up to `limit` requests that are older than a time. @returns how many */
  purge(before: number, limit: number): Promise<number>;
}
