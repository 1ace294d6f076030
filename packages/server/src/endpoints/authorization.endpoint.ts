import { codeChallengeMethods } from '@grantor/protocol';
import { claimNames } from '../accounts/claims.js';
import type { Session, SignIns } from '../accounts/sign-in.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { RequestObjects } from '../authorization/request-objects.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import {
  clientSignatureAlgorithms,
  contentEncryptionAlgorithms,
  displays,
  keyEncryptionAlgorithms,
  OAuthError,
  type Parameters,
  prompts,
  responseModes,
  subjectTypes,
} from '../protocol/index.js';
import { languages } from '../texts/languages.js';
import { deliver } from './deliver.js';
import {
  type Endpoint,
  type EndpointRequest,
  type RedirectResponse,
  redirect,
  type SessionChange,
} from './endpoint.js';
import { paths } from './paths.js';
import { type BrowserRequest, firstProblem, readBrowserRequest } from './protocol-request.js';
import type { RequestLimits } from './request-limits.js';
import type { DescribeMetadata } from './server-metadata.js';

/** Without these, a page tells the user of a problem, since no client can be told (RFC 6749 §4.1.2.1). */
const NEEDED_FOR_A_REDIRECT = ['client_id', 'redirect_uri'] as const;

/**
 * Opens the session of a user of the application, for a request with `prompt=none` (OpenID Connect Core 1.0
 * §3.1.2.1). The browser shows no page, so that users who need a second factor here are not signed in.
 *
 * @returns undefined if there is no such user, or the request is no such request
 */
export type SignInSilently = (
  incoming: EndpointRequest,
  parameters: Parameters,
) => Promise<{ readonly session: Session; readonly change: SessionChange } | undefined>;

export interface AuthorizationEndpointDependencies {
  readonly flow: AuthorizationFlow;
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly requestObjects: RequestObjects;
  readonly limits: RequestLimits;
  /** The page of the provider that a request means, where its user signs in at one. */
  readonly hintedProvider: (parameters: Parameters) => string | undefined;
  /** Undefined unless an application knows who is signed in. */
  readonly signInSilently: SignInSilently | undefined;
}

/** `GET|POST /oauth2/authorize` (RFC 6749 §3.1, OpenID Connect Core 1.0 §3.1.2.1). */
export function authorizationEndpoint(dependencies: AuthorizationEndpointDependencies): Endpoint {
  const { flow, signIns, tickets, requestObjects, limits } = dependencies;
  const { hintedProvider, signInSilently } = dependencies;
  return async (incoming) => {
    await limits.admit(incoming.address);
    const sent = readBrowserRequest(incoming);
    const { client_id: id } = sent.parameters;
    if (id !== undefined) await limits.admitClient({ id, authenticationMethod: 'none' }, sent.address);
    for (const name of NEEDED_FOR_A_REDIRECT) {
      const problem = sent.problems.get(name);
      if (problem !== undefined) throw problem;
    }
    const { parameters, problem } = hasRequestObject(sent)
      ? await resolve(sent, requestObjects)
      : { parameters: sent.parameters, problem: firstProblem(sent) ?? missingRequestObject(requestObjects) };
    const found = await signIns.find(incoming.sessionCookie);
    const opened =
      found === undefined && problem === undefined ? await signInSilently?.(incoming, parameters) : undefined;
    const session = found ?? opened?.session;
    incoming.note({ userId: session?.account.id, clientId: claimedClient({ ...sent, parameters }) });
    const step = await flow.decide({ parameters, problem, session });
    if ('response' in step) return deliver(step.response, opened?.change);
    const { decision, request } = step;
    if (decision.next === 'grant') {
      return deliver(await flow.grant(request, decision.session, {}), opened?.change);
    }
    // A form of another site is sent without cookies (SameSite=Lax). The browser sends them to the page that follows.
    const { browser, method } = incoming;
    const browserId = method === 'POST' && !browser.isKnown ? undefined : browser.id;
    const ticket = tickets.begin(parameters, browserId, session);
    const provider = decision.next === 'signIn' ? hintedProvider(parameters) : undefined;
    return provider === undefined
      ? nextPage(decision.next, tickets, ticket)
      : redirect(`${provider}?ticket=${tickets.seal(ticket)}`);
  };
}

function hasRequestObject({ parameters, problems }: BrowserRequest): boolean {
  return (['request', 'request_uri'] as const).some(
    (name) => parameters[name] !== undefined || problems.has(name),
  );
}

/**
 * Replaces the parameters of a request by those of its request object. Where the object is invalid, the client is told
 * at the redirect URI that was sent beside it. A request without one is refused on a page.
 */
async function resolve(
  sent: BrowserRequest,
  requestObjects: RequestObjects,
): Promise<{ parameters: Parameters; problem: OAuthError | undefined }> {
  try {
    const problem = firstProblem(sent);
    if (problem !== undefined) throw problem;
    return { parameters: await requestObjects.resolve(sent.parameters), problem };
  } catch (error) {
    if (!(error instanceof OAuthError) || sent.parameters.redirect_uri === undefined) throw error;
    return { parameters: sent.parameters, problem: error };
  }
}

/** RFC 9101 §10.5: the client is told at its redirect URI. */
function missingRequestObject({ areRequired }: RequestObjects): OAuthError | undefined {
  if (!areRequired) return undefined;
  const message =
    "'request' is missing; this server requires a signed request object, sent in 'request' or 'request_uri'";
  return new OAuthError('invalid_request', message);
}

/** Redirects the browser to the page that asks the user, with the ticket of the request in its address. */
export function nextPage(
  next: 'signIn' | 'selectAccount' | 'stepUp' | 'consent',
  tickets: Tickets,
  ticket: Ticket,
): RedirectResponse {
  return redirect(`${paths[next][0]}?ticket=${tickets.seal(ticket)}`);
}

/** Claims that tokens have with any scopes (OpenID Connect Core 1.0 §2). */
const protocolClaims = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'sid'];

export const authorizationMetadata: DescribeMetadata = ({
  issuer,
  catalogue,
  policy,
  algorithms,
  contexts,
}) => ({
  authorization_endpoint: issuer + paths.authorization[0],
  // Without the scopes of the management API, which usual apps do not request.
  scopes_supported: catalogue.scopes.map((scope) => scope.name),
  response_types_supported: policy.responseTypes,
  response_modes_supported: responseModes,
  subject_types_supported: subjectTypes,
  id_token_signing_alg_values_supported: algorithms,
  id_token_encryption_alg_values_supported: keyEncryptionAlgorithms,
  id_token_encryption_enc_values_supported: contentEncryptionAlgorithms,
  code_challenge_methods_supported: codeChallengeMethods,
  prompt_values_supported: prompts,
  claim_types_supported: ['normal'],
  acr_values_supported: contexts,
  display_values_supported: displays,
  ui_locales_supported: languages,
  claims_supported: [...protocolClaims, ...claimNames],
  claims_parameter_supported: true,
  request_parameter_supported: true,
  request_uri_parameter_supported: true,
  require_request_uri_registration: true,
  ...(policy.requireSignedRequestObjects ? { require_signed_request_object: true } : {}), // RFC 9101 §10.5
  // Not `none`: only clients that registered it may use it, and every client may use the others.
  request_object_signing_alg_values_supported: clientSignatureAlgorithms,
  authorization_response_iss_parameter_supported: true, // RFC 9207 §3
});
