import { OAuthError, type Parameters, type ReadForm, readForm } from '@grantor/protocol';
import type { SignIns } from '../accounts/sign-in.js';
import type { TicketProgress, Tickets } from '../authorization/ticket.js';
import type { AuthorizationFlow } from './authorization-flow.js';
import { type Answer, type Endpoint, type Incoming, redirect } from './endpoint.js';
import { paths } from './paths.js';

/** Without these there is nobody to tell of a problem but the person on the page (RFC 6749 §4.1.2.1). */
const NEEDED_FOR_A_REDIRECT = ['client_id', 'redirect_uri'] as const;

/** `GET|POST /oauth2/authorize` (RFC 6749 §3.1, OpenID Connect Core 1.0 §3.1.2.1). */
export function authorizationEndpoint(flow: AuthorizationFlow, signIns: SignIns, tickets: Tickets): Endpoint {
  return async (incoming) => {
    const { parameters, problems } = read(incoming);
    for (const name of NEEDED_FOR_A_REDIRECT) {
      const problem = problems.get(name);
      if (problem !== undefined) throw problem;
    }
    const session = await signIns.find(incoming.sessionCookie);
    const [problem] = problems.values();
    const standing = await flow.standing({ parameters, problem, session });
    if ('answer' in standing) return standing.answer;
    const { decision, request } = standing;
    if (decision.next === 'grant') return flow.grant(request, decision.session, []);
    return nextPage(decision.next, tickets, parameters);
  };
}

/** Takes the browser to the page that asks the person, with the request in its address. */
export function nextPage(
  next: 'signIn' | 'selectAccount' | 'consent',
  tickets: Tickets,
  parameters: Parameters,
  progress?: TicketProgress,
): Answer {
  return redirect(`${paths[next][0]}?ticket=${tickets.issue(parameters, progress)}`);
}

function read({ method, query, body }: Incoming): ReadForm {
  if (method !== 'POST') return readForm(query);
  if (body?.mediaType !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded');
  }
  return readForm(body.text);
}
