import { OAuthError } from '@grantor/protocol';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { ErrorPage } from '../pages/index.js';
import type { Incoming, PageAnswer } from './endpoint.js';
import { paths } from './paths.js';

/** The fields of a form on one of our own pages; what a field's length may be is its reader's to say. */
export function readPageForm({ body }: Incoming): URLSearchParams {
  if (body?.mediaType !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'The form must be sent as application/x-www-form-urlencoded');
  }
  return new URLSearchParams(body.text);
}

/** What became of the ticket that a page's address or form carried. */
export type FoundTicket = { readonly ticket: Ticket } | { readonly answer: PageAnswer };

/** Reads the ticket, or says kindly why the person must begin again. */
export function findTicket(tickets: Tickets, text: string | null): FoundTicket {
  const ticket = tickets.read(text);
  if (ticket === undefined) {
    return {
      answer: pageOf(400, {
        title: 'This page cannot be opened on its own',
        message: 'Go back to the app that you were connecting and start again from there.',
      }),
    };
  }
  if (ticket.expired) {
    return {
      answer: pageOf(400, {
        title: 'This took a little too long',
        message: 'For your safety the request was put aside. You can start it again now.',
        restartHref: restartHref(ticket),
      }),
    };
  }
  return { ticket };
}

/** The authorization request that a ticket holds, as an address to start it again. */
export function restartHref({ parameters }: Ticket): string {
  const query = new URLSearchParams(parameters as Record<string, string>).toString();
  return `${paths.authorization[0]}?${query}`;
}

function pageOf(status: number, props: Parameters<typeof ErrorPage>[0]): PageAnswer {
  return { kind: 'page', status, page: ErrorPage(props) };
}
