import { KNOWN_BROWSER_SECONDS } from '../accounts/known-browsers.js';
import type { AuthenticatedUser, SignIns } from '../accounts/sign-in.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import type { SessionStates } from '../logout/session-state.js';
import { afterSignIn } from './account-return.js';
import { nextPage } from './authorization.endpoint.js';
import { deliver } from './deliver.js';
import { type EndpointRequest, type EndpointResponse, type SessionChange, withChange } from './endpoint.js';

export interface CompleteSignInDependencies {
  readonly flow: AuthorizationFlow;
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly sessionSeconds: number;
  /** Undefined if Session Management 1.0 is off. */
  readonly sessionStates: SessionStates | undefined;
}

/**
 * Opens the session of a user who has authenticated and continues with the authorization request. Every way to sign in
 * ends here.
 *
 * @param ticket the authorization request; undefined if the user signed in without one
 */
export async function completeSignIn(
  { flow, signIns, tickets, sessionSeconds, sessionStates }: CompleteSignInDependencies,
  incoming: EndpointRequest,
  user: AuthenticatedUser,
  ticket: Ticket | undefined,
): Promise<EndpointResponse> {
  const { session, cookie, knownBrowser } = await signIns.open(user, incoming);
  const change: SessionChange = {
    set: cookie,
    seconds: sessionSeconds,
    browserState: sessionStates?.browserState(session.record.id),
    knownBrowser: { value: knownBrowser, seconds: KNOWN_BROWSER_SECONDS },
  };
  if (ticket === undefined) return afterSignIn(incoming, change);
  // Signing in also chooses the account.
  const progress = { ...ticket, chosenSessionId: session.record.id };
  const step = await flow.decide({ parameters: ticket.parameters, ticket: progress, session });
  if ('response' in step) return deliver(step.response, change);
  const { request, decision } = step;
  if (decision.next === 'grant') return deliver(await flow.grant(request, session, { ticket }), change);
  return withChange(nextPage(decision.next, tickets, progress), change);
}
