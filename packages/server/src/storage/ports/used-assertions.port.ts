/** Assertions that clients have authenticated with, each good for one use (RFC 7523 §3). */
export interface UsedAssertionStore {
  /**
   * Marks the assertion as used, in one insert: of two that come at once, one is a replay.
   *
   * @param jtiHash SHA-256 of its `jti`
   * @param expiresAt when it could not be used again anyhow, in seconds since the epoch
   */
  use(clientId: string, jtiHash: string, expiresAt: number): Promise<'first' | 'replayed'>;
  purge(now: number, limit: number): Promise<number>;
}
