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
import { QueueFull } from '../throttling/fair-queue.js';
import { networksOf } from '../throttling/network-of.js';
import type { KnownBrowsers } from './known-browsers.js';
import type { Passwords } from './passwords.js';
import type { SignInEvents } from './sign-in-events.js';
import type { SignInAttempt, SignInThrottle } from './throttle.js';
import { normalizeUsername } from './username.js';

/** A session with its user. */
export interface Session {
  readonly record: SessionRecord;
  readonly account: AccountRecord;
}

export type SignInOutcome =
  | {
      readonly outcome: 'signedIn';
      readonly cookie: string;
      /** The cookie by which the browser is known from now on. */
      readonly knownBrowser: string;
      readonly session: Session;
    }
  /** With the account that the name is of, for the log alone. */
  | { readonly outcome: 'refused'; readonly accountId: string | undefined }
  | {
      readonly outcome: 'throttled';
      readonly retryAfterSeconds: number;
      /** For the log alone. Not looked up where the address is what had too many attempts. */
      readonly accountId: string | undefined;
    }
  /** More passwords wait to be checked than the server takes. */
  | {
      readonly outcome: 'busy';
      readonly retryAfterSeconds: number;
      readonly accountId: string | undefined;
    };

/** Where an attempt to sign in comes from. */
export interface SignInOrigin {
  readonly address: string;
  /** The browser's session cookie until now. */
  readonly sessionCookie: string | undefined;
  /** The cookie by which a browser that has signed in before is known. */
  readonly knownBrowserCookie: string | undefined;
}

export interface SignIns {
  /**
   * Signs a user in with a password. The cookie is always new, which prevents session fixation. A session of the same
   * user in this browser continues with the new cookie and keeps its `sid`; a session of another user ends.
   *
   * @param login username or email address
   */
  withPassword(login: string, password: string, origin: SignInOrigin): Promise<SignInOutcome>;
  /** The live session behind a cookie's value. */
  find(cookie: string | undefined): Promise<Session | undefined>;
  /**
   * Ends the session of a cookie, and notifies its clients.
   *
   * @param address the network address of the request
   */
  end(cookie: string | undefined, address: string): Promise<EndedSession | undefined>;
}

export interface SignInDependencies {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly throttle: SignInThrottle;
  readonly passwords: Passwords;
  readonly knownBrowsers: KnownBrowsers;
  readonly events: SignInEvents;
  readonly clock: Clock;
  readonly random: Random;
  readonly sessionSeconds: number;
  /** Called when a session has ended and its clients must be notified. */
  readonly onEnded: (ended: EndedSession) => void;
}

export function createSignIns(dependencies: SignInDependencies): SignIns {
  const { accounts, sessions, throttle, passwords, knownBrowsers, events } = dependencies;
  const { clock, random, sessionSeconds, onEnded } = dependencies;

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

  /** @returns QueueFull where more passwords wait than the server takes */
  async function check(
    account: AccountRecord | undefined,
    password: string,
    { address, knownBrowser }: SignInAttempt,
  ): Promise<boolean | QueueFull> {
    const work = {
      lane: knownBrowser ?? networksOf(address).narrow,
      isKnown: knownBrowser !== undefined,
    };
    try {
      return await passwords.matches(account?.passwordHash, password, work);
    } catch (error) {
      if (error instanceof QueueFull) return error;
      throw error;
    }
  }

  return {
    end,
    async withPassword(login, password, { address, sessionCookie, knownBrowserCookie }) {
      const addressWait = await throttle.admitAddress(address);
      if (addressWait > 0) {
        return { outcome: 'throttled', retryAfterSeconds: addressWait, accountId: undefined };
      }
      const normal = normalizeUsername(login);
      const account = normal === '' ? undefined : await accounts.findByLogin(normal);
      const knownBrowser = account && knownBrowsers.find(knownBrowserCookie, account);
      const attempt: SignInAttempt = { login: normal, address, knownBrowser };
      const retryAfterSeconds = await throttle.admitLogin(attempt);
      if (retryAfterSeconds > 0) {
        await events.refused(account, address, 'too_many_attempts');
        return { outcome: 'throttled', retryAfterSeconds, accountId: account?.id };
      }
      const proven = await check(account, password, attempt);
      if (proven instanceof QueueFull) {
        await throttle.notTried(attempt);
        return { outcome: 'busy', retryAfterSeconds: proven.retryAfterSeconds, accountId: account?.id };
      }
      if (!proven || account === undefined || account.disabledAt !== null) {
        await events.refused(account, address, proven ? 'account_disabled' : 'wrong_password');
        return { outcome: 'refused', accountId: account?.id };
      }
      await throttle.succeeded(attempt);
      const cookie = randomSecret(random);
      const now = clock();
      const started = {
        tokenHash: sha256(cookie),
        accountId: account.id,
        authTime: now,
        expiresAt: now + sessionSeconds,
      };
      const record: SessionRecord = { id: await start(account, started, address, sessionCookie), ...started };
      return {
        outcome: 'signedIn',
        cookie,
        knownBrowser: knownBrowsers.remember(knownBrowserCookie, account),
        session: { record, account },
      };
    },
    async find(cookie) {
      if (cookie === undefined) return undefined;
      const found = await sessions.find(sha256(cookie), clock());
      return found === undefined ? undefined : { record: found.session, account: found.account };
    },
  };
}
