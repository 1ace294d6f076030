import type { PasswordOutcome, SignInWithPassword } from '../accounts/password-sign-in.js';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import type { LogoCopies } from '../logos/logo-copies.js';
import { formScript, pageElement, SignInPage } from '../pages/index.js';
import type { Message } from '../texts/texts.js';
import { afterSignIn } from './account-return.js';
import { nextPage } from './authorization.endpoint.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import { deliver } from './deliver.js';
import { destinationPage } from './destination-page.js';
import {
  type Endpoint,
  type EndpointRequest,
  type EndpointResponse,
  type PageResponse,
  withChange,
} from './endpoint.js';
import { paths } from './paths.js';
import { linkTo, type SignInWays } from './sign-in-ways.js';
import { findTicket, readPageForm, type TicketDependencies } from './ticket-form.js';
import { tooManyAttempts } from './too-many-attempts.js';

export interface SignInEndpointDependencies extends TicketDependencies, CompleteSignInDependencies {
  readonly signInWithPassword: SignInWithPassword;
  readonly logos: Pick<LogoCopies, 'addressFor'>;
  readonly ways: SignInWays;
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
      const pending = await pendingFor(dependencies, ticket, request);
      return signInPage(dependencies, incoming, pending, { username: request.loginHint });
    }
    // A user has signed in in another window meanwhile.
    return nextPage(decision.next === 'stepUp' ? 'stepUp' : 'consent', tickets, ticket);
  };
}

interface Pending {
  readonly ticket: Ticket;
  readonly request: AuthorizationRequest;
  readonly tickets: Tickets;
  /** Null where the app has a logo that is not copied yet. */
  readonly logoUri: string | null | undefined;
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
    const pending = ticket === undefined ? undefined : await pendingOf(dependencies, ticket);
    if (pending !== undefined && 'response' in pending) return pending.response;
    if (attempted.outcome === 'refused') {
      return signInPage(dependencies, incoming, pending, {
        username,
        error: { key: 'signIn.wrong' },
        status: 400,
      });
    }
    const refused: { status: number; error: Message } =
      attempted.outcome === 'busy'
        ? { status: 503, error: { key: 'signIn.busy' } }
        : { status: 429, error: tooManyAttempts(attempted.retryAfterSeconds) };
    return {
      ...signInPage(dependencies, incoming, pending, { username, ...refused }),
      headers: { 'retry-after': String(attempted.retryAfterSeconds) },
    };
  }
  return completeSignIn(dependencies, incoming, attempted.user, ticket);
}

/** The account that signs in, or whose sign-in was refused. The sent username is never logged. */
function userOf(attempted: PasswordOutcome): string | undefined {
  return attempted.outcome === 'authenticated' ? attempted.user.account.id : attempted.accountId;
}

async function pendingOf(
  dependencies: SignInEndpointDependencies,
  ticket: Ticket,
): Promise<Pending | { response: EndpointResponse }> {
  const { parameters } = ticket;
  const step = await dependencies.flow.decide({ parameters, ticket, session: undefined });
  if ('response' in step) return { response: deliver(step.response) };
  return pendingFor(dependencies, ticket, step.request);
}

async function pendingFor(
  { logos, tickets }: SignInEndpointDependencies,
  ticket: Ticket,
  request: AuthorizationRequest,
): Promise<Pending> {
  const { client } = request;
  const hasLogo = client.metadata.logo_uri !== undefined;
  const logoUri = hasLogo ? ((await logos.addressFor(client)) ?? null) : undefined;
  return { ticket, request, tickets, logoUri };
}

interface SignInPageState {
  readonly username?: string | undefined;
  /** Whether a signed-in user must authenticate once more. */
  readonly isAgain?: boolean;
  readonly error?: Message;
  readonly status?: number;
}

function signInPage(
  { ways }: Pick<SignInEndpointDependencies, 'ways'>,
  incoming: EndpointRequest,
  pending: Pending | undefined,
  { username, isAgain, error, status = 200 }: SignInPageState,
): PageResponse {
  const client = pending?.request.client;
  const metadata = client?.metadata;
  const destination = pending === undefined ? undefined : destinationPage(pending.request.destination);
  const ticket = pending?.tickets.seal(pending.ticket);
  return {
    kind: 'page',
    status,

    script: formScript,
    page: pageElement(SignInPage, {
      action: paths.signIn[0],
      hidden: ticket === undefined ? {} : { ticket },
      csrfToken: incoming.formToken,
      username,
      isAgain,
      error,
      appName: client?.name,
      appHost: destination?.host,
      logoUri: pending?.logoUri,
      policyUri: metadata?.policy_uri,
      termsUri: metadata?.tos_uri,
      otherWays: ways.ways.map((door) => linkTo(door, ticket)),
      links: ways.links.map((door) => linkTo(door, ticket)),
    }),
    ...destination?.form,
  };
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
