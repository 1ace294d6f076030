import type { Clock } from '../crypto/clock.js';
import type { EndedSession, SessionRecord, SessionStore } from '../storage/ports/index.js';
import type { Session } from './sign-in.js';
import type { SignInEvents } from './sign-in-events.js';

/** The most sessions that a list has. A user with more ends the others together. */
const MOST_SESSIONS = 100;

/** The sessions of a user, for that user. */
export interface UserSessions {
  /** The live ones, the last visited first. */
  list(accountId: string): Promise<readonly SessionRecord[]>;
  /**
   * Ends another session of the same user, as a sign-out does.
   *
   * @param session of the user who asks for it
   * @param address the network address of the request
   */
  end(session: Session, id: string, address: string): Promise<'ended' | 'missing'>;
  /** Ends all other sessions of the user. @returns how many */
  endOthers(session: Session, address: string): Promise<number>;
}

export interface UserSessionsDependencies {
  readonly sessions: Pick<SessionStore, 'listOfAccount' | 'endById' | 'endOthers'>;
  readonly events: Pick<SignInEvents, 'ended'>;
  readonly clock: Clock;
  /** Called for each ended session, whose clients must be notified. */
  readonly onEnded: (ended: EndedSession) => void;
}

export function createUserSessions(dependencies: UserSessionsDependencies): UserSessions {
  const { sessions, events, clock, onEnded } = dependencies;
  return {
    list: (accountId) => sessions.listOfAccount(accountId, clock(), MOST_SESSIONS),
    async end({ account }, id, address) {
      const ended = await sessions.endById(account.id, id, clock(), events.ended(account, address));
      if (ended === undefined) return 'missing';
      onEnded(ended);
      return 'ended';
    },
    async endOthers({ account, record }, address) {
      const note = events.ended(account, address);
      const ended = await sessions.endOthers(account.id, record.id, clock(), note);
      for (const one of ended) onEnded(one);
      return ended.length;
    },
  };
}
