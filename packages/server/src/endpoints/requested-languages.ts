import type { Tickets } from '../authorization/ticket.js';
import type { EndpointRequest } from './endpoint.js';

/** The languages that an app requests for the pages of its authorization request. */
export type RequestedLanguages = (request: Pick<EndpointRequest, 'query' | 'body'>) => string | undefined;

/**
 * `ui_locales` of the authorization request whose pages the browser shows: in the ticket of the address or the form, or
 * in the address of the authorization endpoint itself (OpenID Connect Core 1.0 §3.1.2.1).
 */
export function requestedLanguagesIn(tickets: Pick<Tickets, 'open'>): RequestedLanguages {
  return ({ query, body }) => {
    const parameters = new URLSearchParams(query);
    const isForm = body?.mediaType === 'application/x-www-form-urlencoded';
    const form = isForm ? new URLSearchParams(body.text) : undefined;
    const ticket = tickets.open(form?.get('ticket') ?? parameters.get('ticket'));
    return (
      ticket?.parameters.ui_locales ?? form?.get('ui_locales') ?? parameters.get('ui_locales') ?? undefined
    );
  };
}
