import type { FactorStep, FactorSteps } from '../accounts/factors/factor-steps.js';
import type { SignIns } from '../accounts/sign-in.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { pageElement, StepExpiredPage } from '../pages/index.js';
import type { EndpointRequest, EndpointResponse, PageResponse } from './endpoint.js';
import { paths } from './paths.js';
import { findTicket, type TicketDependencies } from './ticket-form.js';

export interface FactorStepDependencies extends TicketDependencies {
  readonly signIns: SignIns;
  readonly factorSteps: FactorSteps;
}

/** A sign-in after its first factor, with the authorization request that it belongs to. */
export interface FoundStep {
  readonly step: FactorStep;
  readonly ticket: Ticket | undefined;
  /** The hidden fields of the next form. */
  readonly hidden: Readonly<Record<string, string>>;
}

/** Opens the step of a page's address or form. Otherwise the response is a page that says what to do. */
export async function findStep(
  dependencies: FactorStepDependencies,
  incoming: EndpointRequest,
  fields: URLSearchParams,
): Promise<FoundStep | { readonly response: EndpointResponse }> {
  const { factorSteps, signIns, tickets } = dependencies;
  const sealed = fields.get('ticket');
  const found = sealed === null ? undefined : await findTicket(dependencies, incoming, sealed);
  if (found !== undefined && 'response' in found) return found;
  const ticket = found?.ticket;
  const text = fields.get('step');
  const step = await factorSteps.open(text, incoming.browser);
  if (typeof step === 'string') return { response: stepExpired(incoming, tickets, ticket, step) };
  incoming.note({ userId: step.user.account.id });
  if (step.sessionId !== undefined) {
    const session = await signIns.find(incoming.sessionCookie);
    if (session?.record.id !== step.sessionId) {
      return { response: stepExpired(incoming, tickets, ticket, 'signed out') };
    }
  }
  return { step, ticket, hidden: { step: text ?? '', ...hiddenTicket(tickets, ticket) } };
}

/** The page of a step that cannot be continued. The user signs in again. */
export function stepExpired(
  incoming: EndpointRequest,
  tickets: Tickets,
  ticket: Ticket | undefined,
  reason: string,
): PageResponse {
  incoming.note({ refusal: `second factor: ${reason}` });
  const signInHref = withTicket(paths.signIn[0], tickets, ticket);
  return { kind: 'page', status: 400, page: pageElement(StepExpiredPage, { signInHref }) };
}

/** An address with the ticket of an authorization request, if there is one. */
export function withTicket(address: string, tickets: Tickets, ticket: Ticket | undefined): string {
  if (ticket === undefined) return address;
  return `${address}${address.includes('?') ? '&' : '?'}ticket=${tickets.seal(ticket)}`;
}

function hiddenTicket(tickets: Tickets, ticket: Ticket | undefined): Readonly<Record<string, string>> {
  return ticket === undefined ? {} : { ticket: tickets.seal(ticket) };
}
