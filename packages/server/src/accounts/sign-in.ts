import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import type {
  AccountRecord,
  Authentication,
  EndedSession,
  ProviderSession,
  RenewedSession,
  SessionRecord,
  SessionStore,
} from '../storage/ports/index.js';
import { deviceOf } from './device.js';
import type { KnownBrowsers } from './known-browsers.js';
import { notingVisits, type SessionTimes } from './session-times.js';
import type { SignedInUser, SignInEvents } from './sign-in-events.js';

/** A session with its user. */
export interface Session {
  readonly record: SessionRecord;
  readonly account: AccountRecord;
}

/** A user who has just authenticated. Every way to sign in has this result, and `SignIns.open` takes it. */
export interface AuthenticatedUser extends SignedInUser {
  readonly authentication: Authentication;
  /** The session at the provider where the user signed in; undefined for other ways to sign in. */
  readonly providerSession?: ProviderSession | undefined;
  /** How long the session lasts at most, in seconds; undefined for as long as others. */
  readonly sessionSeconds?: number | undefined;
}

/** Where a request to sign in comes from. */
export interface SignInOrigin {
  readonly address: string;
  /** The current session cookie of the browser. */
  readonly sessionCookie: string | undefined;
  /** The cookie that recognizes a browser that has signed in before. */
  readonly knownBrowserCookie: string | undefined;
  /** Its `User-Agent` says with what the user signs in. */
  readonly headers: Pick<Headers, 'get'>;
}

/** A session that was just opened, with its cookies. */
export interface OpenedSession {
  readonly session: Session;
  readonly cookie: string;
  /** The cookie that recognizes this browser from now on. */
  readonly knownBrowser: string;
}

export interface SignIns {
  /**
   * Opens the session of a user who has authenticated. The cookie is always new, which prevents session fixation. A
   * session of the same user in this browser continues with the new cookie and keeps its `sid`; a session of another
   * user ends.
   */
  open(user: AuthenticatedUser, origin: SignInOrigin): Promise<OpenedSession>;
  /** The active session with this cookie. */
  find(cookie: string | undefined): Promise<Session | undefined>;
  /**
   * Ends the session with this cookie and notifies its clients.
   *
   * @param address the network address of the request
   */
  end(cookie: string | undefined, address: string): Promise<EndedSession | undefined>;
}

export interface SignInDependencies {
  readonly sessions: SessionStore;
  readonly times: SessionTimes;
  readonly knownBrowsers: KnownBrowsers;
  readonly events: SignInEvents;
  readonly clock: Clock;
  readonly random: Random;
  /** Called when a session has ended and its clients must be notified. */
  readonly onEnded: (ended: EndedSession) => void;
}

/** The sessions of browsers, however their users signed in. */
export function createSignIns(dependencies: SignInDependencies): SignIns {
  const { sessions, knownBrowsers, events, times, clock, random, onEnded } = dependencies;

  const visits = notingVisits(sessions, times);

  const end: SignIns['end'] = async (cookie, address) => {
    if (cookie === undefined) return undefined;
    const hash = sha256(cookie);
    const now = clock();
    const found = await sessions.find(hash, now);
    const ended = await sessions.end(hash, now, events.ended(found?.account, address));
    if (ended !== undefined) onEnded(ended);
    return ended;
  };

  /** @returns the session, which is new or continues the current one */
  async function start(
    user: AuthenticatedUser,
    started: RenewedSession,
    { address, sessionCookie: current }: SignInOrigin,
  ): Promise<SessionRecord> {
    const renewed =
      current === undefined
        ? 'missing'
        : await sessions.renew(sha256(current), started, events.renewed(user, address), user.providerSession);
    if (renewed !== 'missing') return renewed;
    const session = { id: randomId(random), createdAt: started.lastSeenAt, ...started };
    await sessions.create(session, events.started(user, address), user.providerSession, user.account);
    await end(current, address);
    return session;
  }

  return {
    async open(user, origin) {
      const { account, authentication } = user;
      const cookie = randomSecret(random);
      const now = clock();
      const endsAt = Math.min(times.endOf(now), now + (user.sessionSeconds ?? Number.POSITIVE_INFINITY));
      const started: RenewedSession = {
        tokenHash: sha256(cookie),
        accountId: account.id,
        ...authentication,
        lastSeenAt: now,
        device: deviceOf(origin.headers.get('user-agent')),
        address: origin.address,
        expiresAt: times.expiryAt(now, endsAt),
        endsAt,
      };
      const record = await start(user, started, origin);
      return {
        session: { record, account },
        cookie,
        knownBrowser: knownBrowsers.remember(origin.knownBrowserCookie, account),
      };
    },
    async find(cookie) {
      if (cookie === undefined) return undefined;
      const found = await visits.find(sha256(cookie), clock());
      return found === undefined ? undefined : { record: found.session, account: found.account };
    },
    end,
  };
}
