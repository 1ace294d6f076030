import type { LinkedIdentities } from '../accounts/linked-identities.js';
import type { Session } from '../accounts/sign-in.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { PendingIdentity, Ticket, Tickets } from '../authorization/ticket.js';
import type { Clock } from '../crypto/clock.js';
import { ConnectProviderPage, ProviderMessagePage, pageElement } from '../pages/index.js';
import type { Providers } from '../upstream/create-providers.js';
import { nextPage } from './authorization.endpoint.js';
import { type DecidedTicket, decideTicket } from './decide-ticket.js';
import { deliver } from './deliver.js';
import { destinationPage } from './destination-page.js';
import type { Endpoint, EndpointRequest, EndpointResponse } from './endpoint.js';
import { linkProblems } from './link-problems.js';
import { paths } from './paths.js';
import { readPageForm, type TicketDependencies } from './ticket-form.js';

export interface ConnectProviderDependencies extends TicketDependencies {
  readonly flow: AuthorizationFlow;
  readonly providers: Providers;
  readonly identities: Pick<LinkedIdentities, 'link'>;
  readonly clock: Clock;
}

/**
 * `GET|POST /signin/connect`: a user who authenticated at a provider, and then signed in to an account, decides whether to
 * connect both. In both cases the authorization request goes on.
 */
export function connectProviderEndpoint(dependencies: ConnectProviderDependencies): Endpoint {
  const { identities, clock } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const text = (form ?? new URLSearchParams(incoming.query)).get('ticket');
    const found = await decideTicket(dependencies, incoming, text);
    if ('response' in found) return found.response;
    const { ticket, session } = found;
    const { pendingIdentity: identity } = ticket;
    const isOpen = identity !== undefined && clock() < identity.expiresAt;
    if (!isOpen || session === undefined || !isFresh(session, ticket)) return proceed(dependencies, found);
    // The decision counts only for the user that the page showed, in case another signed in in another window.
    const connects = form?.get('decision') === 'connect' && form.get('account') === session.account.id;
    if (!connects) return ask(dependencies, incoming, found, session, identity);
    const { provider, subject, label } = identity;
    const outcome = await identities.link(session.account, { provider, subject, label }, incoming.address);
    return outcome === 'linked'
      ? proceed(dependencies, found)
      : refused(dependencies, ticket, identity, outcome);
  };
}

/**
 * Both must be proved for this request: a session that was open when it arrived proves that a browser was left open
 * (RFC 9700 §4.7).
 */
function isFresh({ record }: Session, { arrival }: Ticket): boolean {
  return record.tokenHash !== arrival.signIn;
}

async function proceed(
  { flow, tickets }: ConnectProviderDependencies,
  { ticket, request, decision }: Pick<DecidedTicket, 'ticket' | 'request' | 'decision'>,
): Promise<EndpointResponse> {
  if (decision.next === 'grant') return deliver(await flow.grant(request, decision.session, { ticket }));
  return nextPage(decision.next, tickets, withoutIdentity(ticket));
}

function withoutIdentity({ pendingIdentity: _decided, ...ticket }: Ticket): Ticket {
  return ticket;
}

function ask(
  { providers, tickets }: ConnectProviderDependencies,
  incoming: EndpointRequest,
  { ticket, request }: DecidedTicket,
  { account }: Session,
  { provider, label }: PendingIdentity,
): EndpointResponse {
  return {
    kind: 'page',
    status: 200,
    languages: { uiLocales: ticket.parameters.ui_locales, account },
    ...destinationPage(request.destination).form,
    page: pageElement(ConnectProviderPage, {
      target: {
        action: paths.connectProvider[0],
        hidden: { ticket: tickets.seal(ticket), account: account.id, decision: 'connect' },
        csrfToken: incoming.formToken,
      },
      provider: providers.get(provider)?.name ?? provider,
      label,
      account: account.email ?? account.username,
      cancel: { label: 'upstream.notNow', href: continueHref(tickets, ticket) },
    }),
  };
}

function refused(
  { providers, tickets }: ConnectProviderDependencies,
  ticket: Ticket,
  { provider }: PendingIdentity,
  outcome: keyof typeof linkProblems,
): EndpointResponse {
  const { key, status } = linkProblems[outcome];
  const values = { provider: providers.get(provider)?.name ?? provider };
  return {
    kind: 'page',
    status,
    languages: { uiLocales: ticket.parameters.ui_locales },
    page: pageElement(ProviderMessagePage, {
      title: { key: 'upstream.linkFailedTitle', values },
      message: { key, values },
      links: [{ id: 'continue', label: { key: 'common.continue' }, href: continueHref(tickets, ticket) }],
    }),
  };
}

/** The consent page leads to whatever the request needs. */
function continueHref(tickets: Tickets, ticket: Ticket): string {
  return nextPage('consent', tickets, withoutIdentity(ticket)).location;
}
