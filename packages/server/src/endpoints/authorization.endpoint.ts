import type { SignIns } from '../accounts/sign-in.js';
import type { RequestObjects } from '../authorization/request-objects.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import { OAuthError, type Parameters, type ReadForm, readForm } from '../protocol/index.js';
import type { AuthorizationFlow } from './authorization-flow.js';
import { type Endpoint, type EndpointRequest, type RedirectResponse, redirect } from './endpoint.js';
import { paths } from './paths.js';

/** Without these, a page tells the user of a problem, since no client can be told (RFC 6749 §4.1.2.1). */
const NEEDED_FOR_A_REDIRECT = ['client_id', 'redirect_uri'] as const;

export interface AuthorizationEndpointDependencies {
  readonly flow: AuthorizationFlow;
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly requestObjects: RequestObjects;
}

/** `GET|POST /oauth2/authorize` (RFC 6749 §3.1, OpenID Connect Core 1.0 §3.1.2.1). */
export function authorizationEndpoint(dependencies: AuthorizationEndpointDependencies): Endpoint {
  const { flow, signIns, tickets, requestObjects } = dependencies;
  return async (incoming) => {
    const form = read(incoming);
    for (const name of NEEDED_FOR_A_REDIRECT) {
      const problem = form.problems.get(name);
      if (problem !== undefined) throw problem;
    }
    const { parameters, problem } = hasRequestObject(form)
      ? await resolve(form, requestObjects)
      : { parameters: form.parameters, problem: firstProblem(form) ?? missingRequestObject(requestObjects) };
    const session = await signIns.find(incoming.sessionCookie);
    incoming.note({
      userId: session?.account.id,
      clientId: claimedClient({ headers: incoming.headers, parameters }),
    });
    const standing = await flow.standing({ parameters, problem, session });
    if ('response' in standing) return standing.response;
    const { decision, request } = standing;
    if (decision.next === 'grant') return flow.grant(request, decision.session, {});
    // A form of another site is sent without cookies (SameSite=Lax). The browser sends them to the page that follows.
    const { browser, method } = incoming;
    const browserId = method === 'POST' && !browser.isKnown ? undefined : browser.id;
    return nextPage(decision.next, tickets, tickets.begin(parameters, browserId, session));
  };
}

function hasRequestObject({ parameters, problems }: ReadForm): boolean {
  return (['request', 'request_uri'] as const).some(
    (name) => parameters[name] !== undefined || problems.has(name),
  );
}

/**
 * Replaces the parameters of a form by those of its request object. Where the object is invalid, the client is told at
 * the redirect URI of the form. A form without one is refused on a page.
 */
async function resolve(
  form: ReadForm,
  requestObjects: RequestObjects,
): Promise<{ parameters: Parameters; problem: OAuthError | undefined }> {
  try {
    const problem = firstProblem(form);
    if (problem !== undefined) throw problem;
    return { parameters: await requestObjects.resolve(form.parameters), problem };
  } catch (error) {
    if (!(error instanceof OAuthError) || form.parameters.redirect_uri === undefined) throw error;
    return { parameters: form.parameters, problem: error };
  }
}

/** RFC 9101 §10.5: the client is told at its redirect URI. */
function missingRequestObject({ areRequired }: RequestObjects): OAuthError | undefined {
  if (!areRequired) return undefined;
  const message =
    "'request' is missing; this server requires a signed request object, sent in 'request' or 'request_uri'";
  return new OAuthError('invalid_request', message);
}

function firstProblem({ problems }: ReadForm): OAuthError | undefined {
  const [problem] = problems.values();
  return problem;
}

/** Redirects the browser to the page that asks the user, with the ticket of the request in its address. */
export function nextPage(
  next: 'signIn' | 'selectAccount' | 'consent',
  tickets: Tickets,
  ticket: Ticket,
): RedirectResponse {
  return redirect(`${paths[next][0]}?ticket=${tickets.seal(ticket)}`);
}

function read({ method, query, body }: EndpointRequest): ReadForm {
  if (method !== 'POST') return readForm(query);
  if (body?.mediaType !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded');
  }
  return readForm(body.text);
}
