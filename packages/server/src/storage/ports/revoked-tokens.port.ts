/** JWT access tokens that were revoked one by one, until they expire. Other JWT access tokens have no row. */
export interface RevokedTokenStore {
  /** @param jti the ID of the token (RFC 7519 §4.1.7) */
  add(jti: string, expiresAt: number): Promise<void>;
  has(jti: string): Promise<boolean>;
  purge(now: number, limit: number): Promise<number>;
}
