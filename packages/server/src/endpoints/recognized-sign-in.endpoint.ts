import type { RecognizeUser } from '../accounts/recognize-user.js';
import { earliestSignIn } from '../authorization/decide.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import { deliver } from './deliver.js';
import type { Endpoint } from './endpoint.js';
import { findTicket, type TicketDependencies } from './ticket-form.js';

export interface RecognizedSignInDependencies extends TicketDependencies, CompleteSignInDependencies {
  readonly flow: AuthorizationFlow;
  readonly recognizeUser: RecognizeUser;
}

/**
 * `GET /signin` in an application with sessions of its own: a user who is signed in there is signed in here. The form is
 * shown to all others, to users who must authenticate again (`prompt=login`, `max_age`), and to those who have a session
 * already: signing them in another time would change nothing.
 *
 * @param form the sign-in page of the server
 */
export function recognizedSignInEndpoint(
  form: Endpoint,
  dependencies: RecognizedSignInDependencies,
): Endpoint {
  const { flow, signIns, recognizeUser } = dependencies;
  return async (incoming) => {
    const query = new URLSearchParams(incoming.query);
    const session = await signIns.find(incoming.sessionCookie);
    if (incoming.method !== 'GET' || session !== undefined) return form(incoming);
    const text = query.get('ticket');
    const found = text === null || text === '' ? undefined : await findTicket(dependencies, incoming, text);
    if (found !== undefined && 'response' in found) return found.response;
    const ticket = found?.ticket;
    let earliest: number | undefined;
    if (ticket !== undefined) {
      const step = await flow.decide({ parameters: ticket.parameters, ticket, session });
      if ('response' in step) return deliver(step.response);
      const { prompts } = step.request;
      if (prompts.includes('login') || prompts.includes('select_account')) return form(incoming);
      earliest = earliestSignIn(step.request, ticket.arrival);
    }
    const user = await recognizeUser(incoming, earliest);
    return user === undefined ? form(incoming) : completeSignIn(dependencies, incoming, user, ticket);
  };
}
