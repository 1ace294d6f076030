import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import type {
  AccountRecord,
  AccountStore,
  EndedSession,
  SessionRecord,
  SessionStore,
} from '../storage/ports/index.js';
import { isPassword } from './passwords.js';
import type { SignInEvents } from './sign-in-events.js';
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
   * Signs a person in with a password. The cookie is always a new one, so that a planted one gains nothing.
   * Where the browser had a session of the same person, that session goes on under the new cookie, and the apps
   * that know its `sid` with it; another person's session ends.
   *
   * @param login username or email address
   * @param address where the attempt comes from
   * @param current the browser's session cookie until now
   */
  withPassword(
    login: string,
    password: string,
    address: string,
    current: string | undefined,
  ): Promise<SignInOutcome>;
  /** The live session behind a cookie's value. */
  find(cookie: string | undefined): Promise<Session | undefined>;
  /**
   * Ends the session behind a cookie, and sees to it that its clients are told.
   *
   * @param address where the person asks from
   */
  end(cookie: string | undefined, address: string): Promise<EndedSession | undefined>;
}

export interface SignInDependencies {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly throttle: SignInThrottle;
  readonly events: SignInEvents;
  readonly clock: Clock;
  readonly random: Random;
  readonly sessionSeconds: number;
  /** Called once a session has ended and its clients wait to be told. */
  readonly onEnded: (ended: EndedSession) => void;
}

export function createSignIns(dependencies: SignInDependencies): SignIns {
  const { accounts, sessions, throttle, events, clock, random, sessionSeconds, onEnded } = dependencies;

  const end: SignIns['end'] = async (cookie, address) => {
    if (cookie === undefined) return undefined;
    const hash = sha256(cookie);
    const now = clock();
    const found = await sessions.find(hash, now);
    const ended = await sessions.end(hash, now, events.ended(found?.account, address));
    if (ended !== undefined) onEnded(ended);
    return ended;
  };

  /** The session's ID, whether it went on or is new. */
  async function start(
    account: AccountRecord,
    started: Omit<SessionRecord, 'id'>,
    address: string,
    current: string | undefined,
  ): Promise<string> {
    const renewed =
      current === undefined
        ? 'missing'
        : await sessions.renew(sha256(current), started, events.renewed(account, address));
    if (renewed !== 'missing') return renewed.id;
    const id = randomId(random);
    await sessions.create({ id, ...started }, events.started(account, address));
    await end(current, address);
    return id;
  }

  /** The name is looked up whether or not anybody has it, as for every other attempt. */
  async function throttled(login: string, address: string): Promise<void> {
    const account = login === '' ? undefined : await accounts.findByLogin(login);
    if (account !== undefined) events.refused(account, address, 'too_many_attempts');
  }

  return {
    end,
    async withPassword(login, password, address, current) {
      const normal = normalizeUsername(login);
      const retryAfterSeconds = await throttle.admit(normal, address);
      if (retryAfterSeconds > 0) {
        await throttled(normal, address);
        return { outcome: 'throttled', retryAfterSeconds };
      }
      const account = normal === '' ? undefined : await accounts.findByLogin(normal);
      const proven = await isPassword(account?.passwordHash, password);
      if (!proven || account === undefined || account.disabledAt !== null) {
        if (account !== undefined) {
          events.refused(account, address, proven ? 'account_disabled' : 'wrong_password');
        }
        return { outcome: 'refused' };
      }
      await throttle.succeeded(normal, address);
      const cookie = randomSecret(random);
      const now = clock();
      const started = {
        tokenHash: sha256(cookie),
        accountId: account.id,
        authTime: now,
        expiresAt: now + sessionSeconds,
      };
      const record: SessionRecord = { id: await start(account, started, address, current), ...started };
      return { outcome: 'signedIn', cookie, session: { record, account } };
    },
    async find(cookie) {
      if (cookie === undefined) return undefined;
      const found = await sessions.find(sha256(cookie), clock());
      return found === undefined ? undefined : { record: found.session, account: found.account };
    },
  };
}
