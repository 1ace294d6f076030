import type { SessionStore, SessionWithAccount } from '../storage/ports/index.js';

/** A visit is recorded at most once in this time, in seconds. A write for every request would cost more than the request. */
const MOST_PRECISE_SECONDS = 300;

/** The share of the idle time that the recorded visit may be behind the last one. */
const SHARE_OF_IDLE_TIME = 10;

export interface SessionSettings {
  /** How long a session lasts after the user has authenticated, in seconds. */
  readonly sessionSeconds: number;
  /** How long a session lasts without a visit, in seconds; 0 for as long as without one. */
  readonly sessionIdleSeconds: number;
}

/** When sessions end: some time after the authentication, and some time after the last visit. */
export interface SessionTimes {
  /** When a session ends that begins now. */
  endOf(now: number): number;
  /** When a session expires after a visit now without another one. */
  expiryAt(now: number, endsAt: number): number;
  /** How long after a recorded visit the next one is recorded, in seconds. */
  readonly precisionSeconds: number;
}

export function createSessionTimes({ sessionSeconds, sessionIdleSeconds }: SessionSettings): SessionTimes {
  const isIdleLimited = sessionIdleSeconds > 0;
  return {
    endOf: (now) => now + sessionSeconds,
    expiryAt: (now, endsAt) => (isIdleLimited ? Math.min(endsAt, now + sessionIdleSeconds) : endsAt),
    precisionSeconds: isIdleLimited
      ? Math.min(MOST_PRECISE_SECONDS, Math.floor(sessionIdleSeconds / SHARE_OF_IDLE_TIME))
      : MOST_PRECISE_SECONDS,
  };
}

/** Finds sessions for requests of their users, and records the visits. Token requests find no session. */
export function notingVisits(
  sessions: Pick<SessionStore, 'find' | 'findById' | 'touch'>,
  times: SessionTimes,
): Pick<SessionStore, 'find' | 'findById'> {
  async function note(found: SessionWithAccount | undefined, now: number) {
    if (found === undefined) return undefined;
    const { tokenHash, lastSeenAt, endsAt } = found.session;
    const before = now - times.precisionSeconds;
    if (lastSeenAt <= before) {
      await sessions.touch(tokenHash, { lastSeenAt: now, expiresAt: times.expiryAt(now, endsAt) }, before);
    }
    return found;
  }
  return {
    find: async (tokenHash, now) => note(await sessions.find(tokenHash, now), now),
    findById: async (id, now) => note(await sessions.findById(id, now), now),
  };
}
