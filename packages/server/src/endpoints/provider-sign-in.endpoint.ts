import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Clock } from '../crypto/clock.js';
import { OAuthError } from '../protocol/index.js';
import type { Providers } from '../upstream/create-providers.js';
import type { UpstreamProvider } from '../upstream/provider.js';
import { signInAndReturn } from './account-return.js';
import { nextPage } from './authorization.endpoint.js';
import { decideTicket } from './decide-ticket.js';
import type { Endpoint, EndpointRequest, EndpointResponse } from './endpoint.js';
import { thrownByProvider } from './provider-pages.js';
import { type ProviderVisitDependencies, type VisitWishes, visitProvider } from './provider-visit.js';
import type { TicketDependencies } from './ticket-form.js';

export interface ProviderSignInDependencies extends TicketDependencies, ProviderVisitDependencies {
  readonly providers: Providers;
  readonly flow: AuthorizationFlow;
  readonly clock: Clock;
}

/** @throws OAuthError 404 */
export function providerOf(providers: Providers, { pathParameters }: EndpointRequest): UpstreamProvider {
  const provider = providers.get(pathParameters.provider ?? '');
  if (provider !== undefined) return provider;
  throw new OAuthError('invalid_request', 'There is no provider with this name', { status: 404 });
}

const noWishes: VisitWishes = {
  mustSignInAgain: false,
  mustChooseAccount: false,
  maxAge: undefined,
  loginHint: undefined,
  acrValues: undefined,
  uiLocales: undefined,
};

/**
 * `GET /signin/with/:provider`: sends the user to the provider, with what the app asks of the sign-in. With
 * `purpose=link`, a signed-in user connects the provider with the account.
 */
export function providerSignInEndpoint(dependencies: ProviderSignInDependencies): Endpoint {
  const { providers } = dependencies;
  return async (incoming) => {
    const provider = providerOf(providers, incoming);
    const query = new URLSearchParams(incoming.query);
    const text = query.get('ticket');
    try {
      if (query.get('purpose') === 'link') return await linkAt(dependencies, incoming, provider);
      return text === null || text === ''
        ? await signInAt(dependencies, incoming, provider)
        : await signInWithTicket(dependencies, incoming, provider, text);
    } catch (error) {
      return thrownByProvider(error, { provider: provider.name, ticket: text ?? undefined });
    }
  };
}

async function linkAt(
  dependencies: ProviderSignInDependencies,
  incoming: EndpointRequest,
  provider: UpstreamProvider,
): Promise<EndpointResponse> {
  const session = await dependencies.signIns.find(incoming.sessionCookie);
  if (session === undefined) return signInAndReturn('providers');
  const purpose = { kind: 'link', sessionId: session.record.id } as const;
  // The user sees which account it is, and may have several there.
  const wishes = { ...noWishes, mustChooseAccount: true };
  return visitProvider(dependencies, incoming, provider, { purpose, notBefore: undefined }, wishes);
}

async function signInAt(
  dependencies: ProviderSignInDependencies,
  incoming: EndpointRequest,
  provider: UpstreamProvider,
): Promise<EndpointResponse> {
  const session = await dependencies.signIns.find(incoming.sessionCookie);
  const purpose = { kind: 'signIn', ticket: undefined } as const;
  // A signed-in user is here to confirm who they are.
  const wishes = { ...noWishes, mustSignInAgain: session !== undefined };
  return visitProvider(dependencies, incoming, provider, { purpose, notBefore: undefined }, wishes);
}

async function signInWithTicket(
  dependencies: ProviderSignInDependencies,
  incoming: EndpointRequest,
  provider: UpstreamProvider,
  text: string,
): Promise<EndpointResponse> {
  const { tickets, clock } = dependencies;
  const found = await decideTicket(dependencies, incoming, text);
  if ('response' in found) return found.response;
  const { ticket, request, decision } = found;
  if (decision.next === 'consent' || decision.next === 'grant') return nextPage('consent', tickets, ticket);
  const { prompts, maxAge, loginHint } = request;
  const mustSignInAgain = prompts.includes('login') || maxAge === 0;
  const oldest = mustSignInAgain ? 0 : maxAge;
  return visitProvider(
    dependencies,
    incoming,
    provider,
    {
      purpose: { kind: 'signIn', ticket: tickets.seal(ticket) },
      notBefore: oldest === undefined ? undefined : clock() - oldest,
    },
    {
      mustSignInAgain,
      mustChooseAccount: prompts.includes('select_account'),
      maxAge,
      loginHint,
      acrValues: ticket.parameters.acr_values,
      uiLocales: ticket.parameters.ui_locales,
    },
  );
}
