import type { Session } from '../accounts/sign-in.js';
import type { ConsentSecondsOf, FindConsent } from '../consents/find-consent.js';
import { issueCode } from '../issuance/authorization-code.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { type Authorization, newGrant } from '../issuance/grant.js';
import { issue } from '../issuance/issue.js';
import type { SessionStates } from '../logout/session-state.js';
import { OAuthError } from '../protocol/index.js';
import { scopesOfToken } from '../scopes/client-scopes.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { AuditEvent, ConsentItem, GrantStore } from '../storage/ports/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import {
  type AuthorizationResponse,
  type BrowserState,
  responseParameters,
} from './authorization-response.js';
import { consentEndsOf } from './consent-ends.js';
import type { Redirect } from './destination.js';
import { reportedContext } from './requested-contexts.js';
import type { Ticket } from './ticket.js';

export interface GrantDependencies {
  readonly grants: GrantStore;
  readonly issuance: IssuanceDependencies;
  readonly findConsent: FindConsent;
  readonly consentSecondsOf: ConsentSecondsOf;
  readonly scopes: ScopeCatalogue;
  /** Undefined where Session Management 1.0 is off. */
  readonly sessionStates: SessionStates | undefined;
}

/** What is written with a grant. */
export interface GrantContext {
  /** Spent with the response. Undefined where the request needs no page. */
  readonly ticket?: Ticket | undefined;
  /** What the user has just allowed, and its audit event. Undefined where the user was not asked. */
  readonly consented?: { readonly items: readonly ConsentItem[]; readonly event: AuditEvent } | undefined;
}

/**
 * Grants a request: issues its code or tokens, and writes them with the grant.
 *
 * @throws OAuthError where the user has signed out meanwhile, or a token cannot be encrypted
 */
export async function grantByRedirect(
  dependencies: GrantDependencies,
  request: AuthorizationRequest,
  destination: Redirect,
  session: Session,
  { ticket, consented }: GrantContext,
): Promise<AuthorizationResponse> {
  const { grants, issuance, consentSecondsOf, sessionStates } = dependencies;
  const { client, responseParts: parts, nonce, codeChallenge } = request;
  const consentEnds = await consentEndsFor(dependencies, request, session, consented?.items);
  const grant = newGrant(issuance, authorizationOf(request, session, consentEnds, issuance.lifetimes));
  const issuedCode = parts.code
    ? issueCode(issuance, grant, { ...destination, codeChallenge, nonce })
    : undefined;
  const issued = await issue(
    issuance,
    {
      kind: 'user',
      client,
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
            state: destination.state,
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
    consent: consented?.items.map((item) => ({ ...item, seconds: consentSecondsOf(item) })),
    ticket,
    event: consented?.event,
  });
  if (outcome === 'ticketSpent') return { outcome: 'alreadyDecided' };
  if (outcome === 'originEnded') {
    throw new OAuthError('login_required', 'The user has signed out meanwhile; send the request again');
  }
  const watched = watchSession(sessionStates, request, destination, session, issuance.clock());
  return {
    outcome: 'granted',
    client,
    destination,
    parameters: responseParameters(destination, issuance.issuer, {
      code: issuedCode?.code,
      ...issued.response,
      session_state: watched?.sessionState,
    }),
    browserState: watched?.browserState,
  };
}

/**
 * When consent to the scopes of the request expires.
 *
 * @param given what the user has just allowed; undefined where earlier consent covers the request
 */
async function consentEndsFor(
  { findConsent, consentSecondsOf, scopes, issuance }: GrantDependencies,
  { client, access }: AuthorizationRequest,
  { account }: Session,
  given: readonly ConsentItem[] | undefined,
): Promise<Readonly<Record<string, number>>> {
  const catalogue = scopes.current();
  if (!catalogue.scopes.some(({ consentSeconds }) => consentSeconds > 0)) return {};
  const now = issuance.clock();
  const allowed =
    given?.map((item) => ({ ...item, allowedAt: now })) ?? (await findConsent(account.id, client.id));
  return consentEndsOf(access, allowed, catalogue, consentSecondsOf);
}

/**
 * Lets the app watch the session (Session Management 1.0 §2), where it learns who signed in. The cookie comes with the
 * response, since the browser may have had its session before Session Management was turned on.
 */
function watchSession(
  sessionStates: SessionStates | undefined,
  { client, scopes }: AuthorizationRequest,
  { redirectUri }: Redirect,
  { record }: Session,
  now: number,
): { readonly sessionState: string; readonly browserState: BrowserState } | undefined {
  if (sessionStates === undefined || !scopes.includes('openid')) return undefined;
  const sessionState = sessionStates.sessionState(client.id, redirectUri, record.id);
  if (sessionState === undefined) return undefined;
  const seconds = Math.max(1, record.expiresAt - now);
  return { sessionState, browserState: { browserState: sessionStates.browserState(record.id), seconds } };
}

function authorizationOf(
  { client, responseParts, scopes, audience, access, claims, contexts }: AuthorizationRequest,
  { account, record }: Session,
  consentEnds: Readonly<Record<string, number>>,
  { codeSeconds, accessTokenSeconds }: IssuanceDependencies['lifetimes'],
): Authorization {
  return {
    origin: {
      kind: 'session',
      sessionId: record.id,
      authTime: record.authTime,
      acr: reportedContext(contexts, record.acr),
      amr: record.amr,
    },
    clientId: client.id,
    accountId: account.id,
    scopes,
    audience,
    details: {
      access,
      ...(claims === undefined ? {} : { claims }),
      ...(Object.keys(consentEnds).length === 0 ? {} : { consentEnds }),
    },
    seconds: responseParts.code ? codeSeconds : accessTokenSeconds,
  };
}
