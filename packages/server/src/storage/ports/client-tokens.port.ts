/** An opaque access token of a client's own (RFC 6749 §4.4): no user granted it, so it hangs on its client. */
export interface ClientTokenRecord {
  readonly hash: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Its `aud`. */
  readonly audience: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The client's `credentialsVersion` when it was issued. */
  readonly credentialsVersion: number;
}

export interface ClientTokenStore {
  /**
   * Writes a token, in one unit with deleting those of the same client that expire first where it has more.
   *
   * @param most how many the client has afterwards, at most, but for units that run at the same moment
   */
  create(token: ClientTokenRecord, most: number): Promise<void>;
  find(hash: string): Promise<ClientTokenRecord | undefined>;
  delete(hash: string): Promise<'deleted' | 'missing'>;
  purge(now: number, limit: number): Promise<number>;
}
