import { type CreateEvent, system, userActor } from '../audit/events.js';
import type { MemoryTables } from '../memory/tables.js';
import type {
  AccountRecord,
  AuditEvent,
  AuditStore,
  EndedSession,
  Note,
  SessionRecord,
} from '../storage/ports/index.js';
import { type Limits, waitOf } from '../throttling/limit.js';

/** How many events of refused sign-ins one account gets within 15 minutes. */
const MOST_REFUSALS = 10;
const WINDOW_SECONDS = 15 * 60;

/** How often refused sign-ins are written to the audit trail, in seconds. */
export const WRITE_SECONDS = 10;

/** The most accounts and reasons that wait to be written. Further refusals are counted together. */
const MOST_WAITING = 1000;

/** Why a sign-in to an account was refused. */
export type Refusal =
  | 'wrong_password'
  | 'wrong_second_factor'
  | 'wrong_email_code'
  | 'account_disabled'
  | 'too_many_attempts';

/** A user who signed in, and the way, such as `password`. */
export interface SignedInUser {
  readonly account: AccountRecord;
  readonly method: string;
}

/** What the audit trail keeps of sign-ins. */
export interface SignInEvents {
  readonly started: (user: SignedInUser, address: string) => Note<SessionRecord>;
  /** A signed-in user authenticated again. */
  readonly renewed: (user: SignedInUser, address: string) => Note<SessionRecord>;
  /** @param account undefined if it is disabled or the session has expired */
  readonly ended: (account: AccountRecord | undefined, address: string) => Note<EndedSession>;
  /** A provider has ended it. `via` names the provider. */
  readonly endedAtProvider: (via: string, address: string) => Note<EndedSession>;
  /**
   * Records a refused attempt in memory. `write` stores it later with others: a write during the request would take
   * time and reveal that the account exists.
   *
   * @param account undefined if no account has the login. Such attempts are counted together, without the login
   */
  refused(account: AccountRecord | undefined, address: string, reason: Refusal): Promise<void>;
  /** Writes the recorded attempts. Attempts on unknown logins cause the same single write as those on an account. */
  write(): Promise<void>;
}

interface Waiting {
  readonly account: AccountRecord;
  readonly address: string;
  readonly reason: Refusal;
  attempts: number;
}

export interface SignInEventsDependencies {
  readonly createEvent: CreateEvent;
  readonly audit: AuditStore;
  readonly limits: Limits;
  readonly memory: MemoryTables;
}

export function createSignInEvents(dependencies: SignInEventsDependencies): SignInEvents {
  const { createEvent, audit, limits, memory } = dependencies;
  const perAccount = limits.approximate({
    name: 'audit events of refused sign-ins by account',
    points: MOST_REFUSALS,
    windowSeconds: WINDOW_SECONDS,
  });
  const waiting = new Map<string, Waiting>();
  memory.announce({
    name: 'refused sign-ins to be written',
    maxEntries: MOST_WAITING,
    eviction: 'refuses new entries',
    size: () => waiting.size,
  });
  /** The number of attempts on unknown logins, and on accounts that have reached their number of events. */
  let others = 0;

  const signedIn =
    (type: 'session.started' | 'session.renewed') =>
    ({ account, method }: SignedInUser, address: string): Note<SessionRecord> =>
    ({ id, accountId }) =>
      createEvent({
        type,
        actor: userActor(account),
        via: method,
        address,
        target: { type: 'session', id },
        accountId,
      });

  const refusalOf = ({ account: { id }, address, reason, attempts }: Waiting): AuditEvent =>
    createEvent({
      type: 'session.refused',
      // The attempt was not authenticated, so the event has no actor of its own.
      actor: system,
      address,
      target: { type: 'account', id },
      after: { reason, attempts },
      accountId: id,
    });

  return {
    started: signedIn('session.started'),
    renewed: signedIn('session.renewed'),
    ended:
      (account, address) =>
      ({ session: { id, accountId } }) =>
        createEvent({
          type: 'session.ended',
          actor: account === undefined ? { type: 'account', id: accountId, name: null } : userActor(account),
          via: 'session',
          address,
          target: { type: 'session', id },
          accountId,
        }),
    endedAtProvider:
      (via, address) =>
      ({ session: { id, accountId } }) =>
        createEvent({
          type: 'session.ended',
          via,
          address,
          target: { type: 'session', id },
          accountId,
        }),
    async refused(account, address, reason) {
      const key = account === undefined ? '' : JSON.stringify([account.id, address, reason]);
      const noted = waiting.get(key);
      if (noted !== undefined) {
        noted.attempts += 1;
        return;
      }
      // Unknown logins are counted too, so that both cases do the same work.
      const wait = waitOf(await perAccount.count(account?.id ?? 'unknown login'));
      if (account === undefined || wait > 0 || waiting.size >= MOST_WAITING) others += 1;
      else waiting.set(key, { account, address, reason, attempts: 1 });
    },
    async write() {
      if (waiting.size === 0 && others === 0) return;
      const events = [...waiting.values()].map(refusalOf);
      if (others > 0) {
        events.push(
          createEvent({
            type: 'session.refused',
            actor: system,
            after: { reason: 'not_listed', attempts: others },
          }),
        );
      }
      waiting.clear();
      others = 0;
      await audit.addAll(events);
    },
  };
}
