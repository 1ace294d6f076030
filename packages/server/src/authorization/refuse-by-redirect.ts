import type { AsksBeforeRedirect } from '../clients/unreviewed-redirects.js';
import type { OAuthError } from '../protocol/index.js';
import type { AuditEvent, ClientRecord, SpentTicketStore } from '../storage/ports/index.js';
import { type AuthorizationResponse, responseParameters } from './authorization-response.js';
import type { Redirect } from './destination.js';
import type { Ticket } from './ticket.js';

export interface RefusalDependencies {
  readonly issuance: { readonly issuer: string };
  readonly spentTickets: SpentTicketStore;
  readonly asksBeforeRedirect: AsksBeforeRedirect;
}

/** What is written with a refusal. */
export interface RefusalContext {
  /** Spent with the response. Undefined where the request needs no page. */
  readonly ticket?: Ticket | undefined;
  /** The audit event of a denial. */
  readonly event?: AuditEvent | undefined;
}

/** Tells the client of an error (RFC 6749 §4.1.2.1). */
export async function refuseByRedirect(
  { issuance: { issuer }, spentTickets, asksBeforeRedirect }: RefusalDependencies,
  client: ClientRecord,
  destination: Redirect,
  error: OAuthError,
  { ticket, event }: RefusalContext,
): Promise<AuthorizationResponse> {
  if (ticket !== undefined && (await spentTickets.spend(ticket, event)) === 'alreadySpent') {
    return { outcome: 'alreadyDecided' };
  }
  return {
    outcome: 'refused',
    client,
    destination,
    parameters: responseParameters(destination, issuer, {
      error: error.code,
      error_description: error.description,
    }),
    asksBeforeRedirect: await asksBeforeRedirect(client.id),
    reason: error.message,
  };
}
