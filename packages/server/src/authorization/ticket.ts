import type { Session } from '../accounts/sign-in.js';
import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import { type Parameters, withoutSecrets } from '../protocol/index.js';
import type { TicketToSpend } from '../storage/ports/index.js';

/** How long a user may take to sign in and to decide, in seconds since the request arrived. */
const TICKET_SECONDS = 3600;

/** When a request arrived, and the sign-in of its browser at that time: a later sign-in is a fresh one. */
export interface Arrival {
  /** Seconds since the epoch. */
  readonly at: number;
  /** The hash of the session cookie, which every sign-in replaces; undefined where there was no session. */
  readonly signIn: string | undefined;
}

/** An identity at a provider that the user has proved, to be connected with the account that they sign in to. */
export interface PendingIdentity {
  readonly provider: string;
  readonly subject: string;
  /** How the user is named there; null if unknown. */
  readonly label: string | null;
  /** In seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * An authorization request between the sign-in and consent pages. It is sealed in the URL and the form of each page, so
 * that an abandoned request costs no row in the database. Each step checks the request again. The decision of the user
 * spends the ticket.
 */
export interface Ticket extends TicketToSpend {
  readonly parameters: Parameters;
  /** The browser that sent the request; undefined until the first page, where that browser is unknown. */
  readonly browserId: string | undefined;
  readonly arrival: Arrival;
  /** The `sid` of the sign-in that the user chose to continue with, or made in response to this request. */
  readonly chosenSessionId: string | undefined;
  readonly pendingIdentity?: PendingIdentity | undefined;
}

/** An opened ticket. If it has expired, the request can only be started again. */
export type OpenedTicket = Ticket & { readonly expired: boolean };

export interface Tickets {
  /**
   * A ticket for a request that has just arrived.
   *
   * @param parameters of the request; secrets, which do not belong in it, are dropped
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
    // The ID and the expiry stay: one request gets one decision, however many browsers open it.
    bind: (ticket, browserId, session) => ({ ...ticket, browserId, arrival: arrivalOf(session, clock()) }),
    seal({ id, parameters, browserId, arrival, chosenSessionId, expiresAt, pendingIdentity }) {
      const request = { id, parameters, browserId, arrival, chosenSessionId, expiresAt };
      return sealer.seal(JSON.stringify({ ...request, pendingIdentity }));
    },
    open(text) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return undefined;
      const content = JSON.parse(opened) as Partial<Ticket>;
      // Tickets of earlier versions have no ID.
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
