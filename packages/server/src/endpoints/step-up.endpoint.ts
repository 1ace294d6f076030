import type { AuthorizationFlow } from '../authorization/flow.js';
import { nextPage } from './authorization.endpoint.js';
import { decideTicket } from './decide-ticket.js';
import { deliver } from './deliver.js';
import { type Endpoint, redirect } from './endpoint.js';
import { type FactorStepDependencies, withTicket } from './factor-step.js';
import { paths } from './paths.js';

export interface StepUpEndpointDependencies extends FactorStepDependencies {
  readonly flow: AuthorizationFlow;
}

/**
 * `GET /signin/step-up`: leads a signed-in user to the page for the factor that the app requires and that is missing
 * (OpenID Connect Core 1.0 §5.5.1.1).
 */
export function stepUpEndpoint(dependencies: StepUpEndpointDependencies): Endpoint {
  const { flow, tickets, factorSteps } = dependencies;
  return async (incoming) => {
    const text = new URLSearchParams(incoming.query).get('ticket');
    const found = await decideTicket(dependencies, incoming, text);
    if ('response' in found) return found.response;
    const { ticket, request, decision } = found;
    if (decision.next === 'grant') return deliver(await flow.grant(request, decision.session, { ticket }));
    if (decision.next !== 'stepUp') return nextPage(decision.next, tickets, ticket);
    const sealed = factorSteps.stepUp(decision.session, incoming.browser, request.contexts?.values ?? []);
    return redirect(withTicket(`${paths.secondFactor[0]}?step=${sealed}`, tickets, ticket));
  };
}
