import type { BypassesDirectory } from '../accounts/directory-bound.js';
import type { AfterFirstFactor, FactorPolicy } from '../accounts/factors/factor-policy.js';
import type { FactorSteps } from '../accounts/factors/factor-steps.js';
import { KNOWN_BROWSER_SECONDS } from '../accounts/known-browsers.js';
import type { NoticeNewBrowser } from '../accounts/self-service/new-browser-notice.js';
import type { AuthenticatedUser, Session, SignIns } from '../accounts/sign-in.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import type { SessionStates } from '../logout/session-state.js';
import { MessagePage, pageElement } from '../pages/index.js';
import { afterSignIn } from './account-return.js';
import { nextPage } from './authorization.endpoint.js';
import { deliver } from './deliver.js';
import {
  type EndpointRequest,
  type EndpointResponse,
  type PageResponse,
  redirect,
  type SessionChange,
  withChange,
} from './endpoint.js';
import { withTicket } from './factor-step.js';
import { paths } from './paths.js';

/** What opens a session once all factors are proved. */
export interface OpenSessionDependencies {
  readonly flow: AuthorizationFlow;
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly sessionSeconds: number;
  /** Undefined if Session Management 1.0 is off. */
  readonly sessionStates: SessionStates | undefined;
  /** Tells the user of a sign-in with a new browser. */
  readonly noticeNewBrowser: NoticeNewBrowser;
}

export interface CompleteSignInDependencies extends OpenSessionDependencies {
  readonly factorPolicy: Pick<FactorPolicy, 'afterFirst'>;
  readonly factorSteps: Pick<FactorSteps, 'begin'>;
  /** Undefined without a directory, and where its users may sign in without it. */
  readonly bypassesDirectory: BypassesDirectory | undefined;
}

/** The page of what follows the first factor. */
const pageAfter = {
  secondFactor: 'secondFactor',
  enrolment: 'enrolment',
} as const satisfies Record<Exclude<AfterFirstFactor, 'session'>, keyof typeof paths>;

/**
 * Completes the sign-in of a user who has authenticated, and continues with the authorization request. Every way to sign in
 * ends here. If the user needs a second factor, the page that asks for it comes first: until then there is no session.
 *
 * @param ticket the authorization request; undefined if the user signed in without one
 */
export async function completeSignIn(
  dependencies: CompleteSignInDependencies,
  incoming: EndpointRequest,
  user: AuthenticatedUser,
  ticket: Ticket | undefined,
): Promise<EndpointResponse> {
  const { factorPolicy, factorSteps, tickets, bypassesDirectory } = dependencies;
  if ((await bypassesDirectory?.(user)) === true) return useDirectory(tickets, user, ticket);
  const after = await factorPolicy.afterFirst(user, incoming.rememberedDeviceCookie);
  if (after === 'session') return finishSignIn(dependencies, incoming, user, ticket);
  const step = factorSteps.begin(user, incoming.browser);
  return redirect(withTicket(`${paths[pageAfter[after]][0]}?step=${step}`, tickets, ticket));
}

/** Asks a user of the directory to sign in with it. */
function useDirectory(
  tickets: Tickets,
  { account, method }: AuthenticatedUser,
  ticket: Ticket | undefined,
): PageResponse {
  return {
    kind: 'page',
    status: 403,
    refusal: `sign-in without the directory: ${method}`,
    languages: { uiLocales: ticket?.parameters.ui_locales, account },
    page: pageElement(MessagePage, {
      title: 'signIn.directoryTitle',
      message: 'signIn.directoryOnly',
      tone: 'trouble',
      icon: 'alert',
      next: { label: 'signIn.toForm', href: withTicket(paths.signIn[0], tickets, ticket) },
    }),
  };
}

/**
 * Opens the session of a user who has proved every factor that they need, and continues with the authorization request.
 *
 * @param change cookies that the response sets as well
 */
export async function finishSignIn(
  dependencies: OpenSessionDependencies,
  incoming: EndpointRequest,
  user: AuthenticatedUser,
  ticket: Ticket | undefined,
  more: Pick<OpenedChange, 'rememberedDevice'> = {},
): Promise<EndpointResponse> {
  await dependencies.noticeNewBrowser(user.account, incoming);
  const opened = await openSession(dependencies, incoming, user);
  return continueRequest(dependencies, incoming, opened.session, { ...opened.change, ...more }, ticket);
}

type OpenedChange = Exclude<SessionChange, 'clear'>;

/** Opens the session. @returns the session, with the cookies that the response must set */
export async function openSession(
  {
    signIns,
    sessionSeconds,
    sessionStates,
  }: Pick<OpenSessionDependencies, 'signIns' | 'sessionSeconds' | 'sessionStates'>,
  incoming: EndpointRequest,
  user: AuthenticatedUser,
): Promise<{ readonly session: Session; readonly change: OpenedChange }> {
  const { session, cookie, knownBrowser } = await signIns.open(user, incoming);
  const change = {
    set: cookie,
    seconds: Math.min(sessionSeconds, user.sessionSeconds ?? sessionSeconds),
    browserState: sessionStates?.browserState(session.record.id),
    knownBrowser: { value: knownBrowser, seconds: KNOWN_BROWSER_SECONDS },
  };
  return { session, change };
}

async function continueRequest(
  { flow, tickets }: OpenSessionDependencies,
  incoming: EndpointRequest,
  session: Session,
  change: OpenedChange,
  ticket: Ticket | undefined,
): Promise<EndpointResponse> {
  if (ticket === undefined) return afterSignIn(incoming, change);
  // Signing in also chooses the account.
  const progress = { ...ticket, chosenSessionId: session.record.id };
  // A user who authenticated at a provider before is asked whether it belongs to this account.
  if (ticket.pendingIdentity !== undefined) {
    return redirect(`${paths.connectProvider[0]}?ticket=${tickets.seal(progress)}`, change);
  }
  const step = await flow.decide({ parameters: ticket.parameters, ticket: progress, session });
  if ('response' in step) return deliver(step.response, change);
  const { request, decision } = step;
  if (decision.next === 'grant') return deliver(await flow.grant(request, session, { ticket }), change);
  return withChange(nextPage(decision.next, tickets, progress), change);
}
