import { externalAuthentication } from '../accounts/authentication-context.js';
import type { SignInExternally, UnlinkedIdentity } from '../accounts/external-identity.js';
import type { ProviderSessions } from '../accounts/provider-sessions.js';
import type { Session } from '../accounts/sign-in.js';
import type { Ticket } from '../authorization/ticket.js';
import type { Clock } from '../crypto/clock.js';
import { ConnectProviderPage, pageElement } from '../pages/index.js';
import { OAuthError } from '../protocol/index.js';
import type { SpentTicketStore } from '../storage/ports/index.js';
import type { AddressLimit } from '../throttling/address-limit.js';
import { waitOf } from '../throttling/limit.js';
import type { Providers } from '../upstream/create-providers.js';
import { PENDING_SECONDS, type PendingIdentities } from '../upstream/pending-identities.js';
import type { UpstreamProvider, UpstreamUser } from '../upstream/provider.js';
import type { ProviderVisit } from '../upstream/provider-states.js';
import { accountPath } from './account-return.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import { type Endpoint, type EndpointRequest, type EndpointResponse, redirect } from './endpoint.js';
import { notConnected, providerProblem, thrownByProvider } from './provider-pages.js';
import { providerOf } from './provider-sign-in.endpoint.js';
import { type ProviderVisitDependencies, providerPath, providerRedirectUri } from './provider-visit.js';
import { findTicket, type TicketDependencies } from './ticket-form.js';

/** How much the clocks of two servers may differ, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** The parameters of a response that are passed on from a form (RFC 6749 §4.1.2, RFC 9207 §2; `user` of Apple). */
const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error', 'user'] as const;

/** The most characters of each. */
const MAX_LENGTH = 8192;

export interface ProviderCallbackDependencies
  extends TicketDependencies,
    CompleteSignInDependencies,
    ProviderVisitDependencies {
  readonly providers: Providers;
  readonly signInExternally: SignInExternally;
  readonly pendingIdentities: PendingIdentities;
  readonly providerSessions: ProviderSessions;
  /** A state is spent like a ticket. */
  readonly spentTickets: SpentTicketStore;
  readonly limit: AddressLimit;
  readonly clock: Clock;
}

/**
 * `GET|POST /signin/with/:provider/callback`: the response of a provider. It is accepted once, from the browser that was
 * sent to this provider (RFC 9700 §2.1, §4.5).
 */
export function providerCallbackEndpoint(dependencies: ProviderCallbackDependencies): Endpoint {
  return async (incoming) => {
    const provider = providerOf(dependencies.providers, incoming);
    if (incoming.method === 'POST') return withCookies(provider, incoming);
    const parameters = new URLSearchParams(incoming.query);
    const visit = dependencies.states.open(parameters.get('state'));
    const { name } = provider;
    // RFC 9700 §4.4.2: the response must come to the address of the provider that the request went to.
    if (visit === undefined || visit.provider !== provider.external.id) {
      return providerProblem('expired', { provider: name, ticket: undefined });
    }
    if (!incoming.browser.is(visit.browserId)) {
      return providerProblem('otherBrowser', { provider: name, ticket: undefined });
    }
    return respond(dependencies, incoming, provider, visit, parameters);
  };
}

/**
 * Browsers send no cookies with a form of another site. They send them to the page that it redirects to.
 *
 * @throws OAuthError for a provider that sends no forms
 */
function withCookies({ postsForm, external }: UpstreamProvider, { body }: EndpointRequest): EndpointResponse {
  if (!postsForm || body?.mediaType !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'The response of this provider must be sent with GET');
  }
  const form = new URLSearchParams(body.text);
  const sent = RESPONSE_PARAMETERS.flatMap((name) => {
    const value = form.get(name);
    const isUsable = value !== null && value.length <= MAX_LENGTH;
    return isUsable ? [[name, value] satisfies [string, string]] : [];
  });
  return redirect(`${providerPath(external.id)}/callback?${new URLSearchParams(sent).toString()}`);
}

async function respond(
  dependencies: ProviderCallbackDependencies,
  incoming: EndpointRequest,
  provider: UpstreamProvider,
  visit: ProviderVisit,
  parameters: URLSearchParams,
): Promise<EndpointResponse> {
  const { spentTickets, limit, issuer } = dependencies;
  const { purpose, nonce, codeVerifier } = visit;
  const text = purpose.kind === 'signIn' ? purpose.ticket : undefined;
  const context = { provider: provider.name, ticket: text };
  const retryAfterSeconds = waitOf(await limit.count(incoming.address));
  if (retryAfterSeconds > 0) return providerProblem('tooManyAttempts', { ...context, retryAfterSeconds });
  // A ticket has no such ID: randomId has no colon.
  const spent = await spentTickets.spend({ id: `provider:${visit.id}`, expiresAt: visit.expiresAt });
  if (spent === 'alreadySpent') return providerProblem('expired', context);
  const found = text === undefined ? undefined : await findTicket(dependencies, incoming, text);
  if (found !== undefined && 'response' in found) return found.response;
  const code = parameters.get('code');
  // What the provider says of an error is for developers, and is not shown.
  if (code === null || parameters.has('error')) return providerProblem('denied', context);
  let user: UpstreamUser;
  try {
    user = await provider.finish({
      redirectUri: providerRedirectUri(issuer, provider.external.id),
      nonce,
      codeVerifier,
      code,
      iss: parameters.get('iss') ?? undefined,
      user: parameters.get('user') ?? undefined,
    });
  } catch (error) {
    return thrownByProvider(error, context);
  }
  await limit.refund(incoming.address);
  return purpose.kind === 'link'
    ? askToConnect(dependencies, incoming, provider, purpose.sessionId, user)
    : signIn(dependencies, incoming, provider, visit, user, found?.ticket);
}

async function signIn(
  dependencies: ProviderCallbackDependencies,
  incoming: EndpointRequest,
  { name, external, vouchesForMethods }: UpstreamProvider,
  { purpose, notBefore }: ProviderVisit,
  upstreamUser: UpstreamUser,
  ticket: Ticket | undefined,
): Promise<EndpointResponse> {
  const { signInExternally, providerSessions, clock } = dependencies;
  const { subject, claims, authTime, acr, amr } = upstreamUser;
  const now = clock();
  const context = {
    provider: name,
    ticket: purpose.kind === 'signIn' ? purpose.ticket : undefined,
    uiLocales: ticket?.parameters.ui_locales,
  };
  // OpenID Connect Core 1.0 §3.1.3.7 (13): the app asked for a recent sign-in, not for a recent redirect.
  if (notBefore !== undefined && (authTime ?? 0) < notBefore - CLOCK_TOLERANCE_SECONDS) {
    return providerProblem('notRecent', context);
  }
  const signedIn = await signInExternally({
    provider: external,
    subject,
    claims,
    // A clock that is ahead must not make the sign-in one of the future.
    authentication: externalAuthentication(
      Math.min(authTime ?? now, now),
      vouchesForMethods ? { acr, amr } : undefined,
    ),
    address: incoming.address,
  });
  switch (signedIn.outcome) {
    case 'authenticated': {
      const providerSession = providerSessions.of(external.id, upstreamUser);
      return completeSignIn(dependencies, incoming, { ...signedIn.user, providerSession }, ticket);
    }
    case 'needsLinking':
      return notConnected({ ...context, ticket: ticketWith(dependencies, ticket, signedIn.identity) });
    case 'disabled':
      incoming.note({ userId: signedIn.accountId });
      return providerProblem('disabled', context);
    default:
      return providerProblem('tooManyAttempts', {
        ...context,
        retryAfterSeconds: signedIn.retryAfterSeconds,
      });
  }
}

/** The ticket with the identity, which the user can connect after the sign-in to an account. */
function ticketWith(
  { tickets, clock }: ProviderCallbackDependencies,
  ticket: Ticket | undefined,
  identity: UnlinkedIdentity,
): string | undefined {
  if (ticket === undefined) return undefined;
  const pendingIdentity = { ...identity, expiresAt: clock() + PENDING_SECONDS };
  return tickets.seal({ ...ticket, pendingIdentity });
}

/**
 * The user sees which account at the provider is about to be connected, and decides in a form of this server. A response of
 * another user, which an attacker brought into this browser, is not connected (RFC 9700 §4.7).
 */
async function askToConnect(
  { signIns, pendingIdentities }: ProviderCallbackDependencies,
  incoming: EndpointRequest,
  { name, external }: UpstreamProvider,
  sessionId: string,
  { subject, claims }: UpstreamUser,
): Promise<EndpointResponse> {
  const session: Session | undefined = await signIns.find(incoming.sessionCookie);
  if (session?.record.id !== sessionId) {
    return providerProblem('otherUser', { provider: name, ticket: undefined });
  }
  const { account } = session;
  const identity = pendingIdentities.seal(sessionId, external.id, subject, claims);
  return {
    kind: 'page',
    status: 200,
    languages: { account },
    page: pageElement(ConnectProviderPage, {
      target: {
        action: `${accountPath('providers')}/connect`,
        hidden: { identity: identity.sealed, account: account.id },
        csrfToken: incoming.formToken,
      },
      provider: name,
      label: identity.label,
      account: account.email ?? account.username,
      cancel: { label: 'common.cancel', href: accountPath('providers') },
    }),
  };
}
