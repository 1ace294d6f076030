import type { Session } from '../accounts/sign-in.js';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { pageElement, SelectAccountPage } from '../pages/index.js';
import { nextPage } from './authorization.endpoint.js';
import { deliver } from './deliver.js';
import { destinationPage } from './destination-page.js';
import type { Endpoint, EndpointRequest, EndpointResponse } from './endpoint.js';
import { paths } from './paths.js';
import { findTicket, readPageForm, type TicketDependencies } from './ticket-form.js';

export interface SelectAccountEndpointDependencies extends TicketDependencies {
  readonly flow: AuthorizationFlow;
}

/**
 * `GET|POST /signin/account`: asks the user to choose an account, where the app requests it
 * (`prompt=select_account`, OpenID Connect Core 1.0 §3.1.2.1) and a user is signed in.
 */
export function selectAccountEndpoint(dependencies: SelectAccountEndpointDependencies): Endpoint {
  const { flow, signIns, tickets } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const found = await findTicket(
      dependencies,
      incoming,
      (form ?? new URLSearchParams(incoming.query)).get('ticket'),
    );
    if ('response' in found) return found.response;
    const { ticket } = found;
    const session = await signIns.find(incoming.sessionCookie);
    // The choice counts only for the user that the page showed, in case another signs in in another window.
    const chosen = form !== undefined && form.get('session') === session?.record.id;
    const progress = chosen ? { ...ticket, chosenSessionId: session?.record.id } : ticket;
    const step = await flow.decide({ parameters: ticket.parameters, ticket: progress, session });
    if ('response' in step) return deliver(step.response);
    const { request, decision } = step;
    if (decision.next === 'grant') return deliver(await flow.grant(request, decision.session, { ticket }));
    if (decision.next !== 'selectAccount') {
      return nextPage(decision.next, tickets, progress);
    }
    return selectAccountPage(incoming, tickets, ticket, request, decision.session);
  };
}

function selectAccountPage(
  incoming: EndpointRequest,
  tickets: Tickets,
  ticket: Ticket,
  { client, destination }: AuthorizationRequest,
  { account, record }: Session,
): EndpointResponse {
  const carried = tickets.seal(ticket);
  const { host, form } = destinationPage(destination);
  return {
    kind: 'page',
    status: 200,
    ...form,
    page: pageElement(SelectAccountPage, {
      action: paths.selectAccount[0],
      hidden: { ticket: carried, session: record.id },
      csrfToken: incoming.formToken,
      appName: client.name,
      appHost: host,
      user: { name: account.name, email: account.email ?? account.username },
      anotherHref: `${paths.signIn[0]}?ticket=${carried}`,
    }),
  };
}
