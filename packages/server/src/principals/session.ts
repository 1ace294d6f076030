import type { Clock } from '../crypto/clock.js';
import type { SessionStore, SessionWithAccount } from '../storage/ports/index.js';
import { type Developers, type Principal, personAs } from './principal.js';

export interface SessionDependencies {
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly developers: Developers;
}

/**
 * Who is signed in with the session whose cookie has this hash. It is the person, and no part of what they may do,
 * so that what they make here may outlive it.
 */
export async function principalOfSession(
  { sessions, clock, developers }: SessionDependencies,
  tokenHash: string,
): Promise<Principal | undefined> {
  const found = await sessions.find(tokenHash, clock());
  return found && principalOf(found, developers);
}

/** The same, for what was made with the session and must die with it. */
export async function principalOfSessionId(
  { sessions, clock, developers }: SessionDependencies,
  id: string,
): Promise<Principal | undefined> {
  const found = await sessions.findById(id, clock());
  return found && principalOf(found, developers);
}

function principalOf({ session, account }: SessionWithAccount, developers: Developers): Principal {
  return personAs(account, developers, {
    scopes: null,
    credential: { kind: 'session', sessionId: session.id, tokenHash: session.tokenHash },
    via: 'session',
    expiresAt: null,
  });
}
