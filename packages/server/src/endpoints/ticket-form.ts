import type { SignIns } from '../accounts/sign-in.js';
import type { OpenedTicket, Ticket, Tickets } from '../authorization/ticket.js';
import { OAuthError } from '../protocol/index.js';
import type { SpentTicketStore } from '../storage/ports/index.js';
import { type EndpointRequest, type EndpointResponse, redirect } from './endpoint.js';
import { paths } from './paths.js';
import { RefusedForm } from './refused-form.js';
import {
  alreadyDecided,
  openedElsewhere,
  tookTooLong,
  unknownTicket,
  withoutCookies,
} from './ticket-pages.js';

/**
 * The fields of a form on one of the server's own pages. Their length is not checked.
 *
 * @throws RefusedForm where the form has another media type
 */
export function readPageForm({ body }: EndpointRequest): URLSearchParams {
  if (body?.mediaType !== 'application/x-www-form-urlencoded') {
    throw new RefusedForm(
      new OAuthError('invalid_request', 'The form must be sent as application/x-www-form-urlencoded'),
    );
  }
  return new URLSearchParams(body.text);
}

export interface TicketDependencies {
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly spentTickets: SpentTicketStore;
  /** Whether this server refuses a request without a signed request object (RFC 9101 §10.5). */
  readonly signedRequestsOnly: boolean;
}

/** The ticket of a page's address or form, or the response that refuses it. */
export type FoundTicket = { readonly ticket: Ticket } | { readonly response: EndpointResponse };

/**
 * Opens a ticket in the browser that sent its request, unless the user has decided the request. Otherwise the response
 * is a page that says what to do.
 */
export async function findTicket(
  dependencies: TicketDependencies,
  incoming: EndpointRequest,
  text: string | null,
): Promise<FoundTicket> {
  const { signIns, tickets } = dependencies;
  const { browser, method, sessionCookie } = incoming;
  const ticket = tickets.open(text);
  if (ticket === undefined) return { response: unknownTicket() };
  if (ticket.browserId === undefined && method === 'GET') {
    // The redirect keeps this address out of the history. The new address works in this browser only.
    const bound = tickets.bind(ticket, browser.id, await signIns.find(sessionCookie));
    return { response: redirect(`${paths.signIn[0]}?ticket=${tickets.seal(bound)}`) };
  }
  return inspectTicket(dependencies, incoming, ticket);
}

/** Refuses a ticket in another browser than its own, and one that was decided or has expired. */
export async function inspectTicket(
  { spentTickets, signedRequestsOnly }: Omit<TicketDependencies, 'signIns' | 'tickets'>,
  { browser }: EndpointRequest,
  ticket: OpenedTicket,
): Promise<FoundTicket> {
  if (ticket.browserId === undefined || !browser.is(ticket.browserId)) {
    return { response: browser.isKnown ? openedElsewhere() : withoutCookies() };
  }
  if (await spentTickets.isSpent(ticket.id)) return { response: alreadyDecided() };
  // A ticket holds plain parameters: the app alone can sign the request again.
  if (ticket.expired) {
    return { response: tookTooLong(signedRequestsOnly ? undefined : restartHref(ticket)) };
  }
  return { ticket };
}

/** The authorization request that a ticket holds, as an address to start it again. */
function restartHref({ parameters }: Ticket): string {
  const query = new URLSearchParams(parameters as Record<string, string>).toString();
  return `${paths.authorization[0]}?${query}`;
}
