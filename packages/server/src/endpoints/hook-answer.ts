import { type HookAnswer, type HookStep, type Hooks, ticketOf } from '../authorization/hooks.js';
import type { EndpointRequest, EndpointResponse } from './endpoint.js';
import { inspectTicket, type TicketDependencies } from './ticket-form.js';
import {
  alreadyDecided,
  openedElsewhere,
  tookTooLong,
  unknownTicket,
  withoutCookies,
} from './ticket-pages.js';

export interface HookAnswerDependencies
  extends Pick<TicketDependencies, 'spentTickets' | 'signedRequestsOnly'> {
  readonly hooks: Hooks;
}

/**
 * Reads the answer with which a browser comes back from a page of the operator, and spends it: each answer counts once,
 * and only in the browser that was sent to the page. Otherwise an attacker could have a challenge of their own accepted,
 * and sign another user in to their account with it.
 */
export async function receiveAnswer(
  dependencies: HookAnswerDependencies,
  incoming: EndpointRequest,
  step: HookStep,
): Promise<{ readonly answer: HookAnswer } | { readonly response: EndpointResponse }> {
  const { hooks, spentTickets } = dependencies;
  const { browser } = incoming;
  const answer = hooks.openAnswer(step, new URLSearchParams(incoming.query).get('answer'));
  if (answer === undefined) return { response: unknownTicket() };
  if (!browser.is(answer.challenge.browserId)) {
    return { response: browser.isKnown ? openedElsewhere() : withoutCookies() };
  }
  const ticket = ticketOf(answer);
  const found = ticket === undefined ? undefined : await inspectTicket(dependencies, incoming, ticket);
  if (found !== undefined && 'response' in found) return found;
  if (answer.expired) return { response: tookTooLong(undefined) };
  if ((await spentTickets.spend(answer)) === 'alreadySpent') return { response: alreadyDecided() };
  return { answer };
}
