import type { AccountRecord } from './accounts.port.js';

/** One sign-in of one person in one browser. */
export interface SessionRecord {
  /** Its public name (`sid`); knowing it gives no access. */
  readonly id: string;
  /** SHA-256 of the cookie's value. */
  readonly tokenHash: string;
  readonly accountId: string;
  /** When the person last proved who they are, in seconds since the epoch. */
  readonly authTime: number;
  readonly expiresAt: number;
}

export interface SessionStore {
  create(session: SessionRecord): Promise<void>;
  /** The live session behind a cookie with the person it belongs to; nothing for a disabled account. */
  find(
    tokenHash: string,
    now: number,
  ): Promise<{ session: SessionRecord; account: AccountRecord } | undefined>;
  end(tokenHash: string): Promise<'ended' | 'missing'>;
  purge(now: number, limit: number): Promise<number>;
}
