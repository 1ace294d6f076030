import type { Session } from '../accounts/sign-in.js';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import type { Decision } from '../authorization/decide.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Ticket } from '../authorization/ticket.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import { deliver } from './deliver.js';
import type { EndpointRequest, EndpointResponse } from './endpoint.js';
import { findTicket, type TicketDependencies } from './ticket-form.js';

/** A ticket in its browser, the user there, and what its request needs next. */
export interface DecidedTicket {
  readonly ticket: Ticket;
  readonly session: Session | undefined;
  readonly request: AuthorizationRequest;
  readonly decision: Decision;
}

/**
 * Opens the ticket of a page, checks its request from the start and decides what comes next.
 *
 * @param text the ticket of the page's address or form
 * @returns the response where the ticket or its request is refused
 * @throws OAuthError to be shown on a page, where the client or its redirect URI is in doubt
 */
export async function decideTicket(
  dependencies: TicketDependencies & { readonly flow: Pick<AuthorizationFlow, 'decide'> },
  incoming: EndpointRequest,
  text: string | null,
): Promise<DecidedTicket | { readonly response: EndpointResponse }> {
  const found = await findTicket(dependencies, incoming, text);
  if ('response' in found) return found;
  const { ticket } = found;
  const { parameters } = ticket;
  const session = await dependencies.signIns.find(incoming.sessionCookie);
  incoming.note({
    userId: session?.account.id,
    clientId: claimedClient({ headers: incoming.headers, parameters }),
  });
  const step = await dependencies.flow.decide({ parameters, ticket, session });
  return 'response' in step ? { response: deliver(step.response) } : { ticket, session, ...step };
}
