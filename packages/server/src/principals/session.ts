import type { Clock } from '../crypto/clock.js';
import type { SessionStore, SessionWithAccount } from '../storage/ports/index.js';
import { type Developers, type Principal, principalOfUser } from './principal.js';

export interface SessionDependencies {
  readonly sessions: Pick<SessionStore, 'find' | 'findById'>;
  readonly clock: Clock;
  readonly developers: Developers;
}

/**
 * The principal of the session whose cookie has this hash: the user with everything that they may do. What they create
 * may outlive the session.
 */
export async function principalOfSession(
  { sessions, clock, developers }: SessionDependencies,
  tokenHash: string,
): Promise<Principal | undefined> {
  const found = await sessions.find(tokenHash, clock());
  return found && principalOf(found, developers);
}

/** The same for a credential that was made in the session and ends with it. */
export async function principalOfSessionId(
  { sessions, clock, developers }: SessionDependencies,
  id: string,
): Promise<Principal | undefined> {
  const found = await sessions.findById(id, clock());
  return found && principalOf(found, developers);
}

function principalOf({ session, account }: SessionWithAccount, developers: Developers): Principal {
  return principalOfUser(account, developers, {
    scopes: null,
    credential: { kind: 'session', sessionId: session.id, tokenHash: session.tokenHash },
    via: 'session',
    expiresAt: null,
  });
}
