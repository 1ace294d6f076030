import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import type { AccountRecord, AccountStore, SessionRecord, SessionStore } from '../storage/ports/index.js';
import { isPassword } from './passwords.js';
import type { SignInThrottle } from './throttle.js';
import { normalizeUsername } from './username.js';

/** A browser's sign-in, with the person it belongs to. */
export interface Session {
  readonly record: SessionRecord;
  readonly account: AccountRecord;
}

export type SignInOutcome =
  | { readonly outcome: 'signedIn'; readonly cookie: string; readonly session: Session }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

export interface SignIns {
  /**
   * Signs a person in with a password and starts a new session (never continues an old one, so that a
   * planted cookie gains nothing).
   *
   * @param login username or email address
   * @param address where the attempt comes from
   */
  withPassword(login: string, password: string, address: string): Promise<SignInOutcome>;
  /** The live session behind a cookie's value. */
  find(cookie: string | undefined): Promise<Session | undefined>;
  end(cookie: string | undefined): Promise<void>;
}

export interface SignInDependencies {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly throttle: SignInThrottle;
  readonly clock: Clock;
  readonly random: Random;
  readonly sessionSeconds: number;
}

export function createSignIns(dependencies: SignInDependencies): SignIns {
  const { accounts, sessions, throttle, clock, random, sessionSeconds } = dependencies;
  return {
    async withPassword(login, password, address) {
      const normal = normalizeUsername(login);
      const retryAfterSeconds = await throttle.admit(normal, address);
      if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
      const account = normal === '' ? undefined : await accounts.findByLogin(normal);
      const proven = await isPassword(account?.passwordHash, password);
      if (!proven || account === undefined || account.disabledAt !== null) {
        return { outcome: 'refused' };
      }
      await throttle.succeeded(normal, address);
      const cookie = randomSecret(random);
      const now = clock();
      const record: SessionRecord = {
        id: randomId(random),
        tokenHash: sha256(cookie),
        accountId: account.id,
        authTime: now,
        expiresAt: now + sessionSeconds,
      };
      await sessions.create(record);
      return { outcome: 'signedIn', cookie, session: { record, account } };
    },
    async find(cookie) {
      if (cookie === undefined) return undefined;
      const found = await sessions.find(sha256(cookie), clock());
      return found === undefined ? undefined : { record: found.session, account: found.account };
    },
    async end(cookie) {
      if (cookie !== undefined) await sessions.end(sha256(cookie));
    },
  };
}
