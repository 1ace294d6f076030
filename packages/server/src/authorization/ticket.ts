import type { Session } from '../accounts/sign-in.js';
import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import { type Parameters, withoutSecrets } from '../protocol/index.js';
import type { TicketToSpend } from '../storage/ports/index.js';

/** How long signing in and consenting may take, in seconds since the request arrived. */
const TICKET_SECONDS = 3600;

/** When a request arrived, and which sign-in its browser had then: a later sign-in is a fresh one. */
export interface Arrival {
  /** Seconds since the epoch. */
  readonly at: number;
  /** The hash of the session cookie, which every sign-in replaces; undefined where there was no session. */
  readonly signIn: string | undefined;
}

/**
 * An authorization request on its way through the sign-in and consent pages. It travels sealed in the page's
 * address and form, so that a request that is never answered costs no row in the database. The request is checked
 * again at each step. Its first answer spends it.
 */
export interface Ticket extends TicketToSpend {
  readonly parameters: Parameters;
  /** The browser that began the request; undefined until the first page, where the browser could not be known. */
  readonly browserId: string | undefined;
  readonly arrival: Arrival;
  /** The `sid` of the sign-in that the user chose to continue with, or made in answer to this request. */
  readonly chosenSessionId: string | undefined;
}

/** A ticket that was opened; an expired one cannot be answered, but the request can be started again from it. */
export type OpenedTicket = Ticket & { readonly expired: boolean };

export interface Tickets {
  /**
   * A ticket for a request that has just arrived.
   *
   * @param parameters of which secrets that have no place in an authorization request are dropped
   */
  begin(parameters: Parameters, browserId: string | undefined, session: Session | undefined): Ticket;
  /** Binds a ticket to the browser that opens its first page, as if the request arrived there now. */
  bind(ticket: Ticket, browserId: string, session: Session | undefined): Ticket;
  seal(ticket: Ticket): string;
  /** @returns undefined for text that this server did not seal */
  open(text: string | null): OpenedTicket | undefined;
}

export function createTickets(sealer: Sealer, clock: Clock, random: Random): Tickets {
  return {
    begin: (parameters, browserId, session) => ({
      id: randomId(random),
      parameters: withoutSecrets(parameters),
      browserId,
      arrival: arrivalOf(session, clock()),
      chosenSessionId: undefined,
      expiresAt: clock() + TICKET_SECONDS,
    }),
    // The ID and the expiry stay, so that one request has one answer however many browsers open it.
    bind: (ticket, browserId, session) => ({ ...ticket, browserId, arrival: arrivalOf(session, clock()) }),
    seal: ({ id, parameters, browserId, arrival, chosenSessionId, expiresAt }) =>
      sealer.seal(JSON.stringify({ id, parameters, browserId, arrival, chosenSessionId, expiresAt })),
    open(text) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return undefined;
      const content = JSON.parse(opened) as Partial<Ticket>;
      // Sealed by a version before tickets had an ID.
      if (content.id === undefined) return undefined;
      const ticket = content as Ticket;
      return { ...ticket, expired: clock() >= ticket.expiresAt };
    },
  };
}

/** How a request arrives with a session, or without one. */
export function arrivalOf(session: Session | undefined, now: number): Arrival {
  return { at: now, signIn: session?.record.tokenHash };
}
