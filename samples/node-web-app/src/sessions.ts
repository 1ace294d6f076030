import { randomBytes } from 'node:crypto';
import type { AuthorizationTransaction, TokenSet } from '@grantor/client';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** What the app keeps for one browser. Tokens stay on the server; the browser has only a random ID. */
export interface Session {
  /** Between "Connect" and the callback, by state: several tabs may be signing in. */
  transactions: Map<string, AuthorizationTransaction>;
  /** Once connected. */
  tokens?: TokenSet;
  /** Shown on the next page, once. */
  notice?: string;
}

const MAX_TRANSACTIONS = 10;

/** Keeps what the callback will be checked against. A Map keeps the order of insertion: the oldest one is removed. */
export function addTransaction({ transactions }: Session, transaction: AuthorizationTransaction): void {
  transactions.set(transaction.state, transaction);
  for (const state of transactions.keys()) {
    if (transactions.size <= MAX_TRANSACTIONS) return;
    transactions.delete(state);
  }
}

/** Returns the transaction of a callback and removes it: a transaction is used once. */
export function takeTransaction(
  { transactions }: Session,
  state: string,
): AuthorizationTransaction | undefined {
  const transaction = transactions.get(state);
  transactions.delete(state);
  return transaction;
}

/** Cookies ignore ports: every app on localhost needs a name of its own. */
const COOKIE = 'node_web_app_session';
const LIFETIME_SECONDS = 24 * 60 * 60;
const MAX_SESSIONS = 10_000;

/**
 * Sessions in the memory of this process: they end with it, and other processes do not have them. A real app keeps
 * them in a database, with the tokens encrypted (`serializeTokens` of @grantor/client returns the text to store).
 */
export class Sessions {
  readonly #sessions = new Map<string, { session: Session; endsAt: number }>();
  readonly #secure: boolean;

  /** @param secure whether browsers reach the app over https, as everywhere except on the developer's machine */
  constructor(secure: boolean) {
    this.#secure = secure;
  }

  /** The session of this browser, if it has one. */
  find(c: Context): Session | undefined {
    const entry = this.#sessions.get(getCookie(c, COOKIE) ?? '');
    return entry !== undefined && entry.endsAt > Date.now() ? entry.session : undefined;
  }

  /**
   * Gives the browser a session with a new ID. The old ID is no longer valid. Call it whenever what a session may do
   * changes, so that an ID that an attacker planted or saw before does not give access after (session fixation).
   */
  begin(c: Context, session: Session): Session {
    this.#sessions.delete(getCookie(c, COOKIE) ?? '');
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, { session, endsAt: Date.now() + LIFETIME_SECONDS * 1000 });
    this.#makeRoom();
    // Lax, not Strict: the browser must send the cookie when the user returns from the authorization server.
    setCookie(c, COOKIE, id, { path: '/', httpOnly: true, sameSite: 'Lax', secure: this.#secure });
    return session;
  }

  /** Deletes the session of this browser. */
  end(c: Context): void {
    this.#sessions.delete(getCookie(c, COOKIE) ?? '');
    deleteCookie(c, COOKIE, { path: '/', secure: this.#secure });
  }

  /** A Map keeps the order of insertion, so the first entries are the oldest. */
  #makeRoom(): void {
    for (const [id, { endsAt }] of this.#sessions) {
      if (endsAt > Date.now() && this.#sessions.size <= MAX_SESSIONS) return;
      this.#sessions.delete(id);
    }
  }
}
