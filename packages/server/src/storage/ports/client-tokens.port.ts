import type { OpaqueAccessTokenRecord } from './grant-tokens.js';

/** An opaque access token of a client's own (RFC 6749 §4.4): it comes from no grant, so it belongs to its client. */
export interface ClientTokenRecord extends OpaqueAccessTokenRecord {
  readonly clientId: string;
  /** The client's `credentialsVersion` when it was issued. */
  readonly credentialsVersion: number;
}

export interface ClientTokenStore {
  /**
   * Writes a token.
   *
   * @param most the most that the client has afterwards, except for those of simultaneous units. In the same unit, those
   *   that expire first are deleted. Without it, none is deleted, which costs less
   */
  create(token: ClientTokenRecord, most?: number): Promise<void>;
  find(hash: string): Promise<ClientTokenRecord | undefined>;
  delete(hash: string): Promise<'deleted' | 'missing'>;
  purge(now: number, limit: number): Promise<number>;
}
