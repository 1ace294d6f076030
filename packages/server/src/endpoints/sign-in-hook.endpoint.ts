import { methodOf } from '../accounts/external-identity.js';
import { operatorProvider } from '../accounts/operator-users.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { HookChallenge, HookOutcome, Hooks } from '../authorization/hooks.js';
import type { Ticket } from '../authorization/ticket.js';
import { OAuthError } from '../protocol/index.js';
import type { AccountStore } from '../storage/ports/index.js';
import { afterSignIn } from './account-return.js';
import { nextPage } from './authorization.endpoint.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import { deliver } from './deliver.js';
import { type Endpoint, type EndpointRequest, type EndpointResponse, redirect } from './endpoint.js';
import { receiveAnswer } from './hook-answer.js';
import { paths } from './paths.js';
import { findTicket, type TicketDependencies } from './ticket-form.js';

/** The parameter of the address of the operator's sign-in page. */
const CHALLENGE_PARAMETER = 'sign_in_challenge';

export interface SignInHookDependencies extends TicketDependencies {
  readonly flow: AuthorizationFlow;
  readonly hooks: Hooks;
  /** The operator's sign-in page. */
  readonly signInUrl: string;
}

/** `GET /signin` where the operator has a sign-in page: sends the browser there with a challenge. */
export function hookedSignInEndpoint(dependencies: SignInHookDependencies): Endpoint {
  const { flow, hooks, signIns, signInUrl, tickets } = dependencies;
  return async (incoming) => {
    const query = new URLSearchParams(incoming.query);
    const text = query.get('ticket');
    const found = text === null || text === '' ? undefined : await findTicket(dependencies, incoming, text);
    if (found !== undefined && 'response' in found) return found.response;
    const ticket = found?.ticket;
    const session = await signIns.find(incoming.sessionCookie);
    if (ticket === undefined) {
      if (session !== undefined && !query.has('again')) return afterSignIn(incoming);
    } else {
      const step = await flow.decide({ parameters: ticket.parameters, ticket, session });
      if ('response' in step) return deliver(step.response);
      // A user has signed in in another window meanwhile.
      if (step.decision.next === 'consent' || step.decision.next === 'grant') {
        return nextPage('consent', tickets, ticket);
      }
    }
    const challenge = hooks.begin({
      step: 'signIn',
      ticket,
      browserId: incoming.browser.id,
      sessionId: session?.record.id,
    });
    return redirect(withParameter(signInUrl, CHALLENGE_PARAMETER, challenge));
  };
}

/** The address of a page of the operator with one more parameter. */
export function withParameter(page: string, name: string, value: string): string {
  const url = new URL(page);
  url.searchParams.set(name, value);
  return url.href;
}

export interface ContinueSignInDependencies
  extends Omit<SignInHookDependencies, 'signInUrl'>,
    CompleteSignInDependencies {
  readonly accounts: Pick<AccountStore, 'find'>;
}

/** `GET /signin/continue`: the browser comes back from the operator's sign-in page with what was decided there. */
export function continueSignInEndpoint(dependencies: ContinueSignInDependencies): Endpoint {
  return async (incoming) => {
    const received = await receiveAnswer(dependencies, incoming, 'signIn');
    if ('response' in received) return received.response;
    const { challenge, outcome } = received.answer;
    return proceed(dependencies, incoming, challenge, outcome);
  };
}

async function proceed(
  dependencies: ContinueSignInDependencies,
  incoming: EndpointRequest,
  { ticket }: HookChallenge,
  outcome: HookOutcome,
): Promise<EndpointResponse> {
  if (outcome.kind === 'rejected') return reject(dependencies, ticket, outcome);
  if (outcome.kind !== 'signedIn') throw new TypeError(`An answer to a sign-in is ${outcome.kind}`);
  const account = await dependencies.accounts.find(outcome.accountId);
  incoming.note({ userId: account?.id });
  // The account was disabled or deleted after the operator accepted the sign-in.
  if (account === undefined || account.disabledAt !== null) {
    return reject(dependencies, ticket, {
      error: 'access_denied',
      description: 'The account of the user is disabled',
    });
  }
  const { authentication, sessionSeconds } = outcome;
  const user = { account, authentication, method: methodOf(operatorProvider.id), sessionSeconds };
  return completeSignIn(dependencies, incoming, user, ticket);
}

/** Tells the app of a rejected request. Without an app, the sign-in starts again. */
export async function reject(
  { flow }: Pick<SignInHookDependencies, 'flow'>,
  ticket: Ticket | undefined,
  { error, description }: Pick<HookOutcome & { kind: 'rejected' }, 'error' | 'description'>,
): Promise<EndpointResponse> {
  if (ticket === undefined) return redirect(paths.home[0]);
  const request = await flow.check(ticket.parameters);
  return deliver(await flow.refuse(request, new OAuthError(error, description), { ticket }));
}
