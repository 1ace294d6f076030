/** Assertions that clients have authenticated with. Each can be used once (RFC 7523 §3). */
export interface UsedAssertionStore {
  /**
   * Marks the assertion as used with one insert: of two simultaneous uses, one is a replay.
   *
   * @param jtiHash SHA-256 of its `jti`
   * @param expiresAt when the assertion expires, in seconds since the epoch
   */
  use(clientId: string, jtiHash: string, expiresAt: number): Promise<'first' | 'replayed'>;
  purge(now: number, limit: number): Promise<number>;
}
