/** An opaque access token of a client's own (RFC 6749 §4.4): nobody granted it, so it hangs on its client. */
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
  create(token: ClientTokenRecord): Promise<void>;
  find(hash: string): Promise<ClientTokenRecord | undefined>;
  delete(hash: string): Promise<'deleted' | 'missing'>;
  purge(now: number, limit: number): Promise<number>;
}
