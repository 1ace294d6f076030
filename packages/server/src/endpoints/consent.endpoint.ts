import { OAuthError, redirectUriHost } from '@grantor/protocol';
import type { Session, SignIns } from '../accounts/sign-in.js';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import { consentItemsOf, isAllowed } from '../authorization/consent-items.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { describeClaim } from '../consents/claim-words.js';
import { describeResource } from '../consents/resource-words.js';
import { describeScope } from '../consents/scope-catalogue.js';
import { ConsentPage } from '../pages/index.js';
import type { ConsentStore, DynamicClientStore } from '../storage/ports/index.js';
import { nextPage } from './authorization.endpoint.js';
import type { AuthorizationFlow } from './authorization-flow.js';
import type { Answer, Endpoint, Incoming } from './endpoint.js';
import { paths } from './paths.js';
import { findTicket, readPageForm } from './ticket-form.js';

export interface ConsentEndpointDependencies {
  readonly flow: AuthorizationFlow;
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly consents: ConsentStore;
  readonly dynamicClients: DynamicClientStore;
}

/** `GET|POST /consent`: may this app? The request is checked anew each time, so that nothing stale is granted. */
export function consentEndpoint(dependencies: ConsentEndpointDependencies): Endpoint {
  const { flow, signIns, tickets, consents, dynamicClients } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const found = findTicket(tickets, (form ?? new URLSearchParams(incoming.query)).get('ticket'));
    if ('answer' in found) return found.answer;
    const { ticket } = found;
    const session = await signIns.find(incoming.sessionCookie);
    const standing = await flow.standing({ ...ticket, session });
    if ('answer' in standing) return standing.answer;
    const { request, decision } = standing;
    if (form?.get('decision') === 'deny') return denied(flow, request);
    if (decision.next === 'signIn' || decision.next === 'selectAccount') {
      return nextPage(decision.next, tickets, ticket.parameters);
    }
    const allowed = form?.get('decision') === 'allow' && form.get('session') === decision.session.record.id;
    if (allowed) return flow.grant(request, decision.session, consentItemsOf(request));
    if (decision.next === 'grant') return flow.grant(request, decision.session, []);
    const known = await consents.find(decision.session.account.id, request.callback.client.id);
    const isSelfRegistered = await dynamicClients.isDynamic(request.callback.client.id);
    return consentPage(incoming, ticket, tickets, request, decision.session, { known, isSelfRegistered });
  };
}

/** RFC 6749 §4.1.2.1 */
function denied(flow: AuthorizationFlow, { callback }: AuthorizationRequest): Answer {
  return flow.refuse(callback, new OAuthError('access_denied', 'The person did not allow it'));
}

function consentPage(
  incoming: Incoming,
  ticket: Ticket,
  tickets: Tickets,
  request: AuthorizationRequest,
  session: Session,
  { known, isSelfRegistered }: { readonly known: readonly string[]; readonly isSelfRegistered: boolean },
): Answer {
  const { callback } = request;
  const { metadata } = callback.client;
  const carried = tickets.issue(ticket.parameters, ticket);
  return {
    kind: 'page',
    status: 200,
    formTarget: callback.redirectUri,
    page: ConsentPage({
      action: paths.consent[0],
      // Allow counts only for the person whom the page showed, whoever signs in in another window.
      hidden: { ticket: carried, session: session.record.id },
      csrfToken: incoming.formToken,
      app: {
        name: callback.client.name,
        host: redirectUriHost(callback.redirectUri),
        logoUri: metadata.logo_uri,
        policyUri: metadata.policy_uri,
        termsUri: metadata.tos_uri,
        isSelfRegistered,
      },
      person: { name: session.account.name, email: session.account.email ?? session.account.username },
      scopes: consentItemsOf(request).map((item) => {
        const description = describeScope(item) ?? describeClaim(item) ?? describeResource(item);
        return {
          name: item,
          title: description?.title ?? item,
          description: description?.description ?? undefined,
          already: isAllowed(item, known),
        };
      }),
      switchAccount: {
        action: paths.switchAccount[0],
        hidden: { ticket: carried },
        csrfToken: incoming.formToken,
      },
    }),
  };
}
