import type { FactorPolicy } from '../accounts/factors/factor-policy.js';
import type { Session } from '../accounts/sign-in.js';
import type { FindConsent } from '../consents/find-consent.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { readIdTokenHint } from '../issuance/id-token-hint.js';
import { OAuthError, type Parameters } from '../protocol/index.js';
import type { ClientStore } from '../storage/ports/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import type { AuthorizationResponse } from './authorization-response.js';
import { type Decision, decide } from './decide.js';
import { byDestination } from './destination.js';
import { type GrantContext, type GrantDependencies, grantByRedirect } from './grant-by-redirect.js';
import { reachOf } from './missing-context.js';
import { checkRequest, openRequest, type RequestCheckDependencies } from './open-request.js';
import { type RefusalContext, type RefusalDependencies, refuseByRedirect } from './refuse-by-redirect.js';
import { hasStandingConsent } from './standing-consent.js';
import { arrivalOf, type Ticket } from './ticket.js';

/** An authorization request between two steps, with what is known of the browser. */
export interface FlowState {
  readonly parameters: Parameters;
  /** A parameter that could not be read. The client is told as soon as it is known. */
  readonly problem?: OAuthError | undefined;
  readonly session: Session | undefined;
  /** The state of the request between its pages; undefined for a new request. */
  readonly ticket?: Ticket | undefined;
}

/** A request and what comes next, or the response that refuses the request. */
export type FlowStep =
  | { readonly request: AuthorizationRequest; readonly decision: Decision }
  | { readonly response: AuthorizationResponse };

/** The steps that the authorization, sign-in and consent endpoints share. */
export interface AuthorizationFlow {
  /**
   * Checks the request from the start and decides what comes next.
   *
   * @throws OAuthError to be shown on a page, where the client or its redirect URI is in doubt
   */
  decide(state: FlowState): Promise<FlowStep>;
  /**
   * Checks the request from the start. Nothing is decided and nothing is written.
   *
   * @throws OAuthError where the request is refused
   */
  check(parameters: Parameters): Promise<AuthorizationRequest>;
  /** Gives the client what it asked for: a code, tokens, or both. */
  grant(
    request: AuthorizationRequest,
    session: Session,
    context: GrantContext,
  ): Promise<AuthorizationResponse>;
  /** Tells the client of an error. */
  refuse(
    request: Pick<AuthorizationRequest, 'client' | 'destination'>,
    error: OAuthError,
    context: RefusalContext,
  ): Promise<AuthorizationResponse>;
}

export interface AuthorizationFlowDependencies
  extends Omit<RequestCheckDependencies, 'readIdTokenHint'>,
    GrantDependencies,
    RefusalDependencies {
  readonly clients: ClientStore;
  readonly findConsent: FindConsent;
  readonly issuance: IssuanceDependencies;
  readonly factorPolicy: Pick<FactorPolicy, 'factorsOf'>;
}

export function createAuthorizationFlow(dependencies: AuthorizationFlowDependencies): AuthorizationFlow {
  const { clients, findConsent, issuance, factorPolicy } = dependencies;
  const { resources, scopes, policy, refuseSelfRegistered } = dependencies;
  const checks: RequestCheckDependencies = {
    resources,
    scopes,
    policy,
    refuseSelfRegistered,
    readIdTokenHint: (token) => readIdTokenHint(issuance, token),
  };

  const refuse: AuthorizationFlow['refuse'] = ({ client, destination }, error, context) =>
    byDestination(destination, {
      redirect: (redirect) => refuseByRedirect(dependencies, client, redirect, error, context),
    });

  const grant: AuthorizationFlow['grant'] = (request, session, context) =>
    byDestination(request.destination, {
      redirect: (redirect) => grantByRedirect(dependencies, request, redirect, session, context),
    });

  return {
    refuse,
    async check(parameters) {
      return (await checkRequest(await openRequest(clients, parameters), checks)).request;
    },
    async decide({ parameters, problem, session, ticket }) {
      const opened = await openRequest(clients, parameters);
      try {
        if (problem !== undefined) throw problem;
        const { request, catalogue } = await checkRequest(opened, checks);
        const consented =
          session === undefined ? [] : await findConsent(session.account.id, opened.client.id);
        const decision = decide(request, {
          session,
          arrival: ticket?.arrival ?? arrivalOf(session, issuance.clock()),
          chosenSessionId: ticket?.chosenSessionId,
          isRequestedUser: isRequestedUser(request, session, issuance),
          reach: await reachOf(request.contexts, session, factorPolicy.factorsOf),
          hasConsented: hasStandingConsent(request, consented, catalogue),
        });
        return { request, decision };
      } catch (error) {
        if (error instanceof OAuthError) return { response: await refuse(opened, error, { ticket }) };
        throw error;
      }
    },
    async grant(request, session, context) {
      try {
        return await grant(request, session, context);
      } catch (error) {
        // For example an ID token that cannot be encrypted.
        if (error instanceof OAuthError) return refuse(request, error, context);
        throw error;
      }
    },
  };
}

/** OpenID Connect Core 1.0 §3.1.2.2: no positive response is about another user than the request names. */
function isRequestedUser(
  { subjects, client }: AuthorizationRequest,
  session: Session | undefined,
  { subjectOf }: IssuanceDependencies,
): boolean {
  if (subjects === undefined || session === undefined) return true;
  return subjects.includes(subjectOf(session.account, client));
}
