/** What a request is known by: the key that its caller gave it, which is theirs alone. */
export interface IdempotentRequestName {
  readonly caller: string;
  /** SHA-256 of the key. */
  readonly keyHash: string;
}

/** A request that its caller may send again. */
export interface IdempotentRequest extends IdempotentRequestName {
  /** By which another request with the same key is told from a repeat of this one. */
  readonly fingerprint: string;
  /** The answer that it got; null while there is none. */
  readonly sealedAnswer: string | null;
  /** Whether it failed, so that nobody knows what was done. */
  readonly isUnknown: boolean;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

export interface IdempotentRequestStore {
  /**
   * Takes the key for a request that is about to be done: of many at once, one gets it.
   *
   * @param expiredBefore what was taken before is forgotten
   * @returns the request that has it, where it is taken
   */
  claim(
    request: Omit<IdempotentRequest, 'sealedAnswer' | 'isUnknown'>,
    expiredBefore: number,
  ): Promise<'claimed' | IdempotentRequest>;
  /** Keeps the answer for repeats. */
  keep(name: IdempotentRequestName, sealedAnswer: string): Promise<void>;
  /** Frees the key of the request that was claimed at this time: nothing was done. */
  release(request: Pick<IdempotentRequest, 'caller' | 'keyHash' | 'createdAt'>): Promise<void>;
  /** Says that nobody knows what was done; the key stays taken. */
  giveUp(name: IdempotentRequestName): Promise<void>;
  /** Deletes up to `limit` of those from before a time. @returns how many */
  purge(before: number, limit: number): Promise<number>;
}
