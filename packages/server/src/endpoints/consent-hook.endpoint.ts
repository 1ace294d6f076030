import type { CreateEvent } from '../audit/events.js';
import { consentItemsHash, consentItemsOf } from '../consents/consent-items.js';
import { withoutItems } from '../consents/optional-items.js';
import { nextPage } from './authorization.endpoint.js';
import { decideTicket } from './decide-ticket.js';
import { deliver } from './deliver.js';
import { type Endpoint, redirect } from './endpoint.js';
import { receiveAnswer } from './hook-answer.js';
import { consentEvent } from './protocol-events.js';
import { reject, type SignInHookDependencies, withParameter } from './sign-in-hook.endpoint.js';

/** The parameter of the address of the operator's consent page. */
const CHALLENGE_PARAMETER = 'consent_challenge';

export interface ConsentHookDependencies extends Omit<SignInHookDependencies, 'signInUrl'> {
  readonly createEvent: CreateEvent;
}

/** `GET /consent` where the operator has a consent page: sends the browser there with a challenge. */
export function hookedConsentEndpoint(
  dependencies: ConsentHookDependencies & { readonly consentUrl: string },
): Endpoint {
  const { flow, hooks, tickets, consentUrl } = dependencies;
  return async (incoming) => {
    const text = new URLSearchParams(incoming.query).get('ticket');
    const found = await decideTicket(dependencies, incoming, text);
    if ('response' in found) return found.response;
    const { ticket, request, decision } = found;
    if (decision.next !== 'consent' && decision.next !== 'grant') {
      return nextPage(decision.next, tickets, ticket);
    }
    if (decision.next === 'grant') return deliver(await flow.grant(request, decision.session, { ticket }));
    const challenge = hooks.begin({
      step: 'consent',
      ticket,
      browserId: incoming.browser.id,
      sessionId: decision.session.record.id,
    });
    return redirect(withParameter(consentUrl, CHALLENGE_PARAMETER, challenge));
  };
}

/** `GET /consent/continue`: the browser comes back from the operator's consent page with what was decided there. */
export function continueConsentEndpoint(dependencies: ConsentHookDependencies): Endpoint {
  const { flow, signIns, tickets, createEvent } = dependencies;
  return async (incoming) => {
    const received = await receiveAnswer(dependencies, incoming, 'consent');
    if ('response' in received) return received.response;
    const { challenge, outcome } = received.answer;
    const { ticket } = challenge;
    if (ticket === undefined || outcome.kind === 'signedIn') {
      throw new TypeError('An answer to a consent request has a ticket and a decision');
    }
    const session = await signIns.find(incoming.sessionCookie);
    incoming.note({ userId: session?.account.id });
    const step = await flow.decide({ parameters: ticket.parameters, ticket, session });
    if ('response' in step) return deliver(step.response);
    const { request, decision } = step;
    if (outcome.kind === 'rejected') return reject(dependencies, ticket, outcome);
    if (decision.next !== 'consent' && decision.next !== 'grant') {
      return nextPage(decision.next, tickets, ticket);
    }
    // The decision is about the user and the access that the page showed, whatever has changed meanwhile.
    const asked = consentItemsOf(request);
    const isCurrent =
      decision.session.record.id === challenge.sessionId && outcome.itemsHash === consentItemsHash(asked);
    if (!isCurrent) return nextPage('consent', tickets, ticket);
    const declined = asked.filter(
      ({ name }) => request.scopes.includes(name) && !outcome.scopes.includes(name),
    );
    const granted = withoutItems(request, declined);
    const items = consentItemsOf(granted);
    const event = consentEvent(createEvent, 'consent.given', {
      client: request.client,
      session: decision.session,
      items,
      address: incoming.address,
    });
    const consented = { items: outcome.remember ? items : [], event };
    return deliver(await flow.grant(granted, decision.session, { ticket, consented }));
  };
}
