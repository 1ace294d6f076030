import type { Session } from '../accounts/sign-in.js';
import type { AuthorizationRequest, Callback } from '../authorization/authorization-request.js';
import { checkCallback, findClient } from '../authorization/callback.check.js';
import { checkRequest } from '../authorization/check-request.js';
import { type Decision, decide } from '../authorization/decide.js';
import { checkIdTokenHint } from '../authorization/id-token-hint.check.js';
import { errorParameters, responseParameters } from '../authorization/response.js';
import { arrivalOf, type Ticket } from '../authorization/ticket.js';
import type { RefuseSelfRegistered } from '../clients/client-types.js';
import { type ProtocolPolicy, refuseForbiddenRequest } from '../clients/protocol-policy.js';
import type { Resources } from '../clients/resources.js';
import type { AsksBeforeRedirect } from '../clients/unreviewed-redirects.js';
import { issueCode } from '../issuance/authorization-code.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { type Authorization, newGrant } from '../issuance/grant.js';
import { readIdTokenHint } from '../issuance/id-token-hint.js';
import { issue } from '../issuance/issue.js';
import type { SessionStates } from '../logout/session-state.js';
import {
  OAuthError,
  type Parameters,
  parseScope,
  type ResponseTypeParts,
  responseTypes,
} from '../protocol/index.js';
import { scopesOfToken } from '../scopes/client-scopes.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type {
  AuditEvent,
  ClientStore,
  ConsentItem,
  ConsentStore,
  GrantStore,
  SpentTicketStore,
} from '../storage/ports/index.js';
import { respond, respondByLink } from './authorization-response.js';
import { type EndpointResponse, type SessionChange, withChange } from './endpoint.js';
import { RefusedApp } from './refused-app.js';
import { answeredBefore } from './ticket-pages.js';

/** An authorization request between two steps, with what is known of the browser. */
export interface FlowState {
  readonly parameters: Parameters;
  /** A parameter that could not be read. The client is told as soon as it is known. */
  readonly problem?: OAuthError | undefined;
  readonly session: Session | undefined;
  /** The state of the request between its pages; undefined for a new request. */
  readonly ticket?: Ticket | undefined;
}

/** The state of a request: refused by a response, or decided. */
export type Standing =
  | { readonly response: EndpointResponse }
  | { readonly request: AuthorizationRequest; readonly decision: Decision };

/** What belongs to the response to a request. */
export interface ResponseContext {
  /** Spent with the response. Undefined where the request needs no page. */
  readonly ticket?: Ticket | undefined;
  readonly change?: SessionChange | undefined;
}

/** What the user has just allowed, and its audit event. */
export interface Consented {
  /** Of `consentItemsOf`. */
  readonly items: readonly ConsentItem[];
  readonly event: AuditEvent;
}

/** The steps that the authorization, sign-in and consent endpoints share. */
export interface AuthorizationFlow {
  /**
   * Checks the request from the start and decides what comes next.
   *
   * @throws OAuthError to be shown on a page, where the client or its redirect URI is in doubt
   */
  standing(state: FlowState): Promise<Standing>;
  /**
   * Gives the client what it asked for: a code, tokens, or both.
   *
   * @param context with what the user has just allowed, to be remembered; undefined where the user was not asked
   * @returns a page instead, where the user has decided the request before
   */
  grant(
    request: AuthorizationRequest,
    session: Session,
    context: ResponseContext & { readonly consented?: Consented | undefined },
  ): Promise<EndpointResponse>;
  /**
   * Tells the client of an error.
   *
   * @param context with what the audit trail has of a denial
   * @returns a page instead, where the user has decided the request before
   */
  refuse(
    callback: Callback,
    error: OAuthError,
    context: ResponseContext & { readonly event?: AuditEvent | undefined },
  ): Promise<EndpointResponse>;
}

export interface AuthorizationFlowDependencies {
  readonly clients: ClientStore;
  readonly consents: ConsentStore;
  readonly grants: GrantStore;
  readonly spentTickets: SpentTicketStore;
  readonly asksBeforeRedirect: AsksBeforeRedirect;
  readonly issuance: IssuanceDependencies;
  readonly resources: Resources;
  readonly scopes: ScopeCatalogue;
  readonly policy: ProtocolPolicy;
  readonly refuseSelfRegistered: RefuseSelfRegistered;
  /** Undefined where Session Management 1.0 is off. */
  readonly sessionStates: SessionStates | undefined;
}

export function createAuthorizationFlow(dependencies: AuthorizationFlowDependencies): AuthorizationFlow {
  const {
    clients,
    consents,
    grants,
    issuance,
    resources,
    scopes: catalogues,
    policy,
    refuseSelfRegistered,
    sessionStates,
  } = dependencies;
  const { spentTickets, asksBeforeRedirect } = dependencies;
  const { issuer } = issuance;

  const refuse: AuthorizationFlow['refuse'] = async (callback, error, { ticket, event, change }) => {
    if (ticket !== undefined && (await spentTickets.spend(ticket, event)) === 'alreadySpent') {
      return withChange(answeredBefore(), change);
    }
    const parameters = errorParameters(callback, issuer, error);
    const isUnreviewed = await asksBeforeRedirect(callback.client.id);
    const response = isUnreviewed
      ? respondByLink(callback, parameters, change)
      : respond(callback, parameters, change);
    return { ...response, refusal: error.message };
  };

  return {
    refuse,
    async standing({ parameters, problem, session, ticket }) {
      const callback = await callbackOf(parameters);
      try {
        if (problem !== undefined) throw problem;
        const named = [...parseScope(parameters.scope), ...callback.client.scopes];
        const catalogue = await catalogues.consult(named);
        const checked = checkRequest(parameters, callback, resources, catalogue);
        refuseForbiddenRequest(policy, checked);
        await refuseSelfRegistered(callback.client, checked.responseType);
        const hint = parameters.id_token_hint;
        const request = hint === undefined ? checked : await withHint(checked, hint);
        const consented =
          session === undefined ? [] : await consents.find(session.account.id, callback.client.id);
        const decision = decide(request, {
          session,
          arrival: ticket?.arrival ?? arrivalOf(session, issuance.clock()),
          chosenSessionId: ticket?.chosenSessionId,
          isWanted: isWanted(request, session),
          consented,
          catalogue,
        });
        return { request, decision };
      } catch (error) {
        if (error instanceof OAuthError) return { response: await refuse(callback, error, { ticket }) };
        throw error;
      }
    },
    async grant(request, session, context) {
      try {
        return await give(request, session, context);
      } catch (error) {
        // For example an ID token that cannot be encrypted.
        if (error instanceof OAuthError) return refuse(request.callback, error, context);
        throw error;
      }
    },
  };

  async function callbackOf(parameters: Parameters): Promise<Callback> {
    const client = await findClient(clients, parameters.client_id);
    try {
      return checkCallback(client, parameters);
    } catch (error) {
      throw error instanceof OAuthError ? new RefusedApp(error, client.name) : error;
    }
  }

  async function give(
    request: AuthorizationRequest,
    session: Session,
    { consented, ticket, change }: ResponseContext & { readonly consented?: Consented | undefined },
  ): Promise<EndpointResponse> {
    const { callback, responseType, nonce } = request;
    const parts: ResponseTypeParts = responseTypes[responseType];
    const grant = newGrant(issuance, authorization(request, session));
    const issuedCode = parts.code
      ? issueCode(issuance, grant, { ...callback, codeChallenge: request.codeChallenge, nonce })
      : undefined;
    const issued = await issue(
      issuance,
      {
        kind: 'user',
        client: callback.client,
        grant,
        account: session.account,
        scopes: parts.accessToken ? scopesOfToken(request.scopes, request.access) : request.scopes,
        audience: request.access.map(({ resource }) => resource),
      },
      {
        accessToken: parts.accessToken,
        idToken: parts.idToken
          ? {
              nonce: nonce ?? null,
              code: issuedCode?.code,
              state: callback.state,
              // OpenID Connect Core 1.0 §5.4: without an access token the client cannot request userinfo.
              withClaims: !parts.code && !parts.accessToken,
            }
          : undefined,
      },
      // The front channel has no proof of possession: its tokens are bearer tokens.
      'none',
    );
    const outcome = await grants.create({
      grant,
      code: issuedCode?.record,
      tokens: issued.records,
      consent: consented?.items,
      ticket,
      event: consented?.event,
    });
    if (outcome === 'ticketSpent') return withChange(answeredBefore(), change);
    if (outcome === 'originEnded') {
      throw new OAuthError('login_required', 'The person signed out meanwhile; send the request once more');
    }
    const watched = watch(request, session, change);
    return respond(
      callback,
      responseParameters(callback, issuer, {
        code: issuedCode?.code,
        ...issued.response,
        ...watched.parameters,
      }),
      watched.change,
    );
  }

  /**
   * Lets the app watch the session (Session Management 1.0 §2), where it was told who signed in. The browser may
   * have had its session since before this was turned on, so that the cookie comes with it.
   */
  function watch(
    { scopes, callback }: AuthorizationRequest,
    { record }: Session,
    change: SessionChange | undefined,
  ): {
    readonly parameters: { readonly session_state?: string };
    readonly change: SessionChange | undefined;
  } {
    const { client, redirectUri } = callback;
    const state = scopes.includes('openid')
      ? sessionStates?.sessionState(client.id, redirectUri, record.id)
      : undefined;
    if (state === undefined || sessionStates === undefined) return { parameters: {}, change };
    const seconds = Math.max(1, record.expiresAt - issuance.clock());
    const planted: SessionChange = { seconds, browserState: sessionStates.browserState(record.id) };
    return { parameters: { session_state: state }, change: change ?? planted };
  }

  /** The hint and the request itself must name the same user, where both name one. */
  async function withHint(request: AuthorizationRequest, hint: string): Promise<AuthorizationRequest> {
    const sub = await checkIdTokenHint(hint, request.callback.client, (token) =>
      readIdTokenHint(issuance, token),
    );
    return { ...request, subjects: request.subjects?.includes(sub) === false ? [] : [sub] };
  }

  /** OpenID Connect Core 1.0 §3.1.2.2: never a positive response about a user other than the one that the request names. */
  function isWanted({ subjects, callback }: AuthorizationRequest, session: Session | undefined): boolean {
    if (subjects === undefined || session === undefined) return true;
    return subjects.includes(issuance.subjectOf(session.account, callback.client));
  }

  function authorization(
    { callback, responseType, scopes, audience, access, claims }: AuthorizationRequest,
    { account, record }: Session,
  ): Authorization {
    const { codeSeconds, accessTokenSeconds } = issuance.lifetimes;
    return {
      origin: {
        kind: 'session',
        sessionId: record.id,
        authTime: record.authTime,
        acr: record.acr,
        amr: record.amr,
      },
      clientId: callback.client.id,
      accountId: account.id,
      scopes,
      audience,
      details: claims === undefined ? { access } : { access, claims },
      seconds: responseTypes[responseType].code ? codeSeconds : accessTokenSeconds,
    };
  }
}
