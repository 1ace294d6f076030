import { randomBytes } from 'node:crypto';
import type { AuthorizationTransaction, TokenSet } from '@grantor/client';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** What the app remembers about one browser. Tokens stay here, on the server; the browser has only a random id. */
export interface Session {
  /** Between "Connect" and the callback, by state: each tab may be on its way. */
  transactions: Map<string, AuthorizationTransaction>;
  /** Once connected. */
  tokens?: TokenSet;
  /** Shown on the next page, once. */
  notice?: string;
}

const MOST_TRANSACTIONS = 10;

/** Remembers what the callback will be checked against. A Map keeps the order of insertion: the oldest gives way. */
export function addTransaction({ transactions }: Session, transaction: AuthorizationTransaction): void {
  transactions.set(transaction.state, transaction);
  for (const state of transactions.keys()) {
    if (transactions.size <= MOST_TRANSACTIONS) return;
    transactions.delete(state);
  }
}

/** Returns the transaction of a callback and forgets it: one transaction, one answer. */
export function takeTransaction(
  { transactions }: Session,
  state: string,
): AuthorizationTransaction | undefined {
  const transaction = transactions.get(state);
  transactions.delete(state);
  return transaction;
}

/** Cookies do not know ports: every app on localhost needs a name of its own. */
const COOKIE = 'node_web_app_session';
const LIFETIME_SECONDS = 24 * 60 * 60;
const MOST_SESSIONS = 10_000;

/**
 * Sessions in the memory of this process: they end with it, and other processes do not see them. A real app keeps
 * them in a database, with the tokens encrypted (`serializeTokens` of @grantor/client gives the text to store).
 */
export class Sessions {
  readonly #sessions = new Map<string, { session: Session; endsAt: number }>();
  readonly #secure: boolean;

  /** @param secure whether people reach the app over https, as everywhere but on one's own machine */
  constructor(secure: boolean) {
    this.#secure = secure;
  }

  /** The session of this browser, if it has one. */
  find(c: Context): Session | undefined {
    const entry = this.#sessions.get(getCookie(c, COOKIE) ?? '');
    return entry !== undefined && entry.endsAt > Date.now() ? entry.session : undefined;
  }

  /**
   * Gives the browser a session under a new id; the old id opens nothing any more. To be called whenever what a
   * session may do changes, so that an id somebody planted or saw before is worth nothing after (session fixation).
   */
  begin(c: Context, session: Session): Session {
    this.#sessions.delete(getCookie(c, COOKIE) ?? '');
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, { session, endsAt: Date.now() + LIFETIME_SECONDS * 1000 });
    this.#makeRoom();
    // Lax, and not Strict: the cookie must come along when people return from the authorization server.
    setCookie(c, COOKIE, id, { path: '/', httpOnly: true, sameSite: 'Lax', secure: this.#secure });
    return session;
  }

  /** Forgets the session of this browser. */
  end(c: Context): void {
    this.#sessions.delete(getCookie(c, COOKIE) ?? '');
    deleteCookie(c, COOKIE, { path: '/', secure: this.#secure });
  }

  /** A Map keeps the order of insertion, so the first entries are the oldest. */
  #makeRoom(): void {
    for (const [id, { endsAt }] of this.#sessions) {
      if (endsAt > Date.now() && this.#sessions.size <= MOST_SESSIONS) return;
      this.#sessions.delete(id);
    }
  }
}
