import type { FindSignedInUser, SignedInApplicationUser } from '../accounts/application.js';
import { authenticationOf } from '../accounts/application-sign-in.js';
import type { SignInExternally } from '../accounts/external-identity.js';
import { operatorProvider } from '../accounts/operator-users.js';
import { earliestSignIn } from '../authorization/decide.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Clock } from '../crypto/clock.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import { deliver } from './deliver.js';
import type { Endpoint } from './endpoint.js';
import { findTicket, type TicketDependencies } from './ticket-form.js';

export interface RecognizedSignInDependencies extends TicketDependencies, CompleteSignInDependencies {
  readonly flow: AuthorizationFlow;
  readonly signedInUser: FindSignedInUser;
  readonly signInExternally: SignInExternally;
  readonly clock: Clock;
}

/**
 * `GET /signin` in an application with sessions of its own: a user who is signed in there is signed in here. The form is
 * shown to all others, to users who must authenticate again (`prompt=login`, `max_age`), and to those who have a session
 * already: signing them in another time would change nothing.
 *
 * @param form the sign-in page of the server
 */
export function recognizedSignInEndpoint(
  form: Endpoint,
  dependencies: RecognizedSignInDependencies,
): Endpoint {
  const { flow, signIns, signedInUser, signInExternally, clock } = dependencies;
  return async (incoming) => {
    const query = new URLSearchParams(incoming.query);
    const session = await signIns.find(incoming.sessionCookie);
    if (incoming.method !== 'GET' || session !== undefined) return form(incoming);
    const text = query.get('ticket');
    const found = text === null || text === '' ? undefined : await findTicket(dependencies, incoming, text);
    if (found !== undefined && 'response' in found) return found.response;
    const ticket = found?.ticket;
    let earliest: number | undefined;
    if (ticket !== undefined) {
      const step = await flow.decide({ parameters: ticket.parameters, ticket, session });
      if ('response' in step) return deliver(step.response);
      const { prompts } = step.request;
      if (prompts.includes('login') || prompts.includes('select_account')) return form(incoming);
      earliest = earliestSignIn(step.request, ticket.arrival);
    }
    const user = await signedInUser({ headers: incoming.headers });
    if (user === undefined) return form(incoming);
    const authTime = signInTimeOf(user, clock());
    if (earliest !== undefined && authTime < earliest) return form(incoming);
    const signedIn = await signInExternally({
      provider: operatorProvider,
      subject: user.id,
      claims: { ...user.claims },
      authentication: authenticationOf(user, authTime),
      address: incoming.address,
    });
    if (signedIn.outcome !== 'authenticated') return form(incoming);
    return completeSignIn(dependencies, incoming, signedIn.user, ticket);
  };
}

/** How far the clock of the application may be ahead, in seconds. */
const CLOCK_TOLERANCE = 60;

/** @throws TypeError for a time in the future: in milliseconds, every sign-in would count as recent */
function signInTimeOf({ authTime }: SignedInApplicationUser, now: number): number {
  if (authTime <= now + CLOCK_TOLERANCE) return Math.min(Math.floor(authTime), now);
  throw new TypeError(
    'signedInUser returned an authTime that is no time in the past. Return seconds since the epoch, not milliseconds',
  );
}
