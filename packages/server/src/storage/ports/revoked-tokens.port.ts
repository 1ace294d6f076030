/**
 * JWT access tokens that were revoked one by one. They are kept nowhere else, and are forgotten here too
 * once they would have expired.
 */
export interface RevokedTokenStore {
  /** @param jti the token's own name (RFC 7519 §4.1.7) */
  add(jti: string, expiresAt: number): Promise<void>;
  has(jti: string): Promise<boolean>;
  purge(now: number, limit: number): Promise<number>;
}
