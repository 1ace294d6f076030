import type { PasswordOutcome, SignInWithPassword } from '../accounts/password-sign-in.js';
import type { Ticket } from '../authorization/ticket.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import { afterSignIn } from './account-return.js';
import { nextPage } from './authorization.endpoint.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import { deliver } from './deliver.js';
import { type Endpoint, type EndpointRequest, type EndpointResponse, withChange } from './endpoint.js';
import {
  refusedSignIn,
  type SignInPageDependencies,
  type SignInPageState,
  signInPage,
} from './sign-in-page.js';
import { findTicket, readPageForm, type TicketDependencies } from './ticket-form.js';
import { tooManyAttempts } from './too-many-attempts.js';

export interface SignInEndpointDependencies
  extends TicketDependencies,
    SignInPageDependencies,
    CompleteSignInDependencies {
  readonly signInWithPassword: SignInWithPassword;
}

/** `GET|POST /signin`: signs the user in. With a ticket, consent follows; without one, the account. */
export function signInEndpoint(dependencies: SignInEndpointDependencies): Endpoint {
  const { signIns, tickets } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const text = (form ?? new URLSearchParams(incoming.query)).get('ticket');
    const found = text === null || text === '' ? undefined : await findTicket(dependencies, incoming, text);
    if (found !== undefined && 'response' in found) return found.response;
    const ticket = found?.ticket;
    if (form !== undefined) return attempt(dependencies, incoming, form, ticket);
    const session = await signIns.find(incoming.sessionCookie);
    if (ticket === undefined) {
      const isAgain = new URLSearchParams(incoming.query).has('again');
      if (session !== undefined && !isAgain) return afterSignIn(incoming);
      const username = session?.account.username;
      return signInPage(dependencies, incoming, undefined, { username, isAgain: session !== undefined });
    }
    const step = await dependencies.flow.decide({ parameters: ticket.parameters, ticket, session });
    if ('response' in step) return deliver(step.response);
    const { request, decision } = step;
    // A user who is asked to choose an account may sign in with another one here.
    if (decision.next === 'signIn' || decision.next === 'selectAccount') {
      return signInPage(dependencies, incoming, { ticket, request }, { username: request.loginHint });
    }
    // A user has signed in in another window meanwhile.
    return nextPage(decision.next === 'stepUp' ? 'stepUp' : 'consent', tickets, ticket);
  };
}

async function attempt(
  dependencies: SignInEndpointDependencies,
  incoming: EndpointRequest,
  form: URLSearchParams,
  ticket: Ticket | undefined,
): Promise<EndpointResponse> {
  const username = form.get('username') ?? '';
  const attempted = await dependencies.signInWithPassword(username, form.get('password') ?? '', incoming);
  incoming.note({
    clientId: ticket && claimedClient({ headers: incoming.headers, parameters: ticket.parameters }),
    userId: userOf(attempted),
  });
  if (attempted.outcome !== 'authenticated') {
    incoming.note({ refusal: `sign-in: ${attempted.outcome}` });
    if (attempted.outcome === 'refused') {
      const error = { key: 'signIn.wrong' } as const;
      return refusedSignIn(dependencies, incoming, ticket, { username, error, status: 400 });
    }
    const { retryAfterSeconds } = attempted;
    const refused: Pick<SignInPageState, 'status' | 'error'> =
      attempted.outcome === 'busy'
        ? { status: 503, error: { key: 'signIn.busy' } }
        : { status: 429, error: tooManyAttempts(retryAfterSeconds) };
    return refusedSignIn(dependencies, incoming, ticket, { username, ...refused, retryAfterSeconds });
  }
  return completeSignIn(dependencies, incoming, attempted.user, ticket);
}

/** The account that signs in, or whose sign-in was refused. The sent username is never logged. */
function userOf(attempted: PasswordOutcome): string | undefined {
  return attempted.outcome === 'authenticated' ? attempted.user.account.id : attempted.accountId;
}

/** `POST /signin/switch`: ends the session of this browser and asks the user to sign in. */
export function switchAccountEndpoint(dependencies: TicketDependencies): Endpoint {
  const { signIns, tickets } = dependencies;
  return async (incoming) => {
    const found = await findTicket(dependencies, incoming, readPageForm(incoming).get('ticket'));
    if ('response' in found) return found.response;
    await signIns.end(incoming.sessionCookie, incoming.address);
    return withChange(nextPage('signIn', tickets, found.ticket), 'clear');
  };
}
