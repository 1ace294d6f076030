import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type DescribeEvent, personAs, system } from '../audit/events.js';
import type { AccountRecord, AuditStore, EndedSession, Note, SessionRecord } from '../storage/ports/index.js';

/** Of the sign-ins to one account that are refused within a quarter of an hour, so many are remembered. */
const MOST_REFUSALS = 10;
const WINDOW_SECONDS = 15 * 60;

/** Why somebody was not signed in. */
export type Refusal = 'wrong_password' | 'account_disabled' | 'too_many_attempts';

/** What is remembered of people who sign in and out. */
export interface SignInEvents {
  readonly started: (account: AccountRecord, address: string) => Note<SessionRecord>;
  /** Where somebody who was signed in proved again who they are. */
  readonly renewed: (account: AccountRecord, address: string) => Note<SessionRecord>;
  /** @param account undefined where it is disabled by now, or the session's time is over */
  readonly ended: (account: AccountRecord | undefined, address: string) => Note<EndedSession>;
  /**
   * Remembers an attempt on an account that there is. Attempts are a stranger's to make: nothing is written for
   * names that nobody has, and no more than so many per account. Nobody waits for it, since the time that an
   * answer takes would tell which names there are.
   */
  refused(account: AccountRecord, address: string, reason: Refusal): void;
}

/** @param onFailure told of a refusal that could not be written down */
export function createSignInEvents(
  describe: DescribeEvent,
  audit: AuditStore,
  onFailure: (error: unknown) => void,
): SignInEvents {
  const refusals = new RateLimiterMemory({ points: MOST_REFUSALS, duration: WINDOW_SECONDS });

  const signedIn =
    (type: 'session.started' | 'session.renewed') =>
    (account: AccountRecord, address: string): Note<SessionRecord> =>
    ({ id, accountId }) =>
      describe({
        type,
        actor: personAs(account),
        via: 'password',
        address,
        target: { type: 'session', id },
        accountId,
      });

  return {
    started: signedIn('session.started'),
    renewed: signedIn('session.renewed'),
    ended:
      (account, address) =>
      ({ session: { id, accountId } }) =>
        describe({
          type: 'session.ended',
          actor: account === undefined ? { type: 'account', id: accountId, name: null } : personAs(account),
          via: 'session',
          address,
          target: { type: 'session', id },
          accountId,
        }),
    refused({ id }, address, reason) {
      const event = describe({
        type: 'session.refused',
        // Whoever it was, nobody has proved to be anybody.
        actor: system,
        address,
        target: { type: 'account', id },
        after: { reason },
        accountId: id,
      });
      refusals.consume(id).then(
        () => void audit.add(event).catch(onFailure),
        () => undefined, // There were enough of them.
      );
    },
  };
}
