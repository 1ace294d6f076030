import type { Session, SignIns } from '../accounts/sign-in.js';
import type { SubjectOf } from '../accounts/subject.js';
import type { AsksBeforeRedirect } from '../clients/unreviewed-redirects.js';
import { frontChannelUris } from '../logout/front-channel.js';
import {
  checkLogoutRequest,
  type LogoutCheckDependencies,
  type LogoutRequest,
} from '../logout/logout-request.check.js';
import type { LogoutRequests } from '../logout/logout-requests.js';
import { asHint, pageElement, SignedOutPage, SignOutPage, signedOutScript } from '../pages/index.js';
import { OAuthError, type Parameters, redirectUriHost } from '../protocol/index.js';
import type { EndedSession } from '../storage/ports/index.js';
import {
  type Endpoint,
  type EndpointRequest,
  type EndpointResponse,
  type PageResponse,
  redirect,
} from './endpoint.js';
import { logoutProblem, stillSignedIn } from './logout-pages.js';
import type { OperatorSignOut } from './operator-sign-out.js';
import { paths } from './paths.js';
import { firstProblem, readBrowserRequest } from './protocol-request.js';
import type { SignOutAtProvider } from './provider-sign-out.js';
import { asRefusedForm } from './refused-form.js';
import type { DescribeMetadata } from './server-metadata.js';
import { readPageForm } from './ticket-form.js';

export interface LogoutDependencies extends LogoutCheckDependencies {
  readonly signIns: SignIns;
  readonly subjectOf: SubjectOf;
  readonly asksBeforeRedirect: AsksBeforeRedirect;
  /** Seals a logout request while the user is asked. */
  readonly requests: LogoutRequests;
  /** Undefined where the operator has no sign-out page. */
  readonly operatorSignOut: OperatorSignOut | undefined;
  readonly signOutAtProvider: SignOutAtProvider;
}

/**
 * `GET|POST /oauth2/logout`, the `end_session_endpoint` (RP-Initiated Logout 1.0 §2). An app with
 * an ID token of this session ends it at once. For any other request the user is asked.
 */
export function logoutEndpoint(dependencies: LogoutDependencies): Endpoint {
  return (incoming) => {
    // Browsers send no session cookie with a form of another site, but send it to the page that it redirects to.
    if (incoming.method === 'POST' && incoming.sessionCookie === undefined) {
      const request = dependencies.requests.seal(readForeignForm(incoming));
      return redirect(`${paths.signOut[0]}?request=${request}`);
    }
    return proceed(dependencies, incoming, () => readParameters(incoming));
  };
}

/** `GET|POST /signout`: the page where a user signs out, and where an app's logout request waits for the user. */
export function signOutEndpoint(dependencies: LogoutDependencies): Endpoint {
  const { requests, signIns } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const parameters = requests.open((form ?? new URLSearchParams(incoming.query)).get('request'));
    const decision = form?.get('decision');
    if (decision === 'stay') return stillSignedIn();
    if (decision !== 'sign-out') return proceed(dependencies, incoming, () => parameters);
    const session = await signIns.find(incoming.sessionCookie);
    incoming.note({ userId: session?.account.id });
    // The decision counts only for the user that the page showed, in case another signed in in another window.
    if (session !== undefined && form?.get('session') !== session.record.id) {
      return proceed(dependencies, incoming, () => parameters);
    }
    return finish(dependencies, incoming, await checkAgain(dependencies, parameters));
  };
}

async function proceed(
  dependencies: LogoutDependencies,
  incoming: EndpointRequest,
  read: () => Parameters,
): Promise<EndpointResponse> {
  const session = await dependencies.signIns.find(incoming.sessionCookie);
  incoming.note({ userId: session?.account.id });
  let parameters: Parameters;
  let request: LogoutRequest;
  try {
    parameters = read();
    request = await checkLogoutRequest(dependencies, parameters);
    incoming.note({ clientId: request.client?.id });
  } catch (refusal) {
    if (!(refusal instanceof OAuthError)) throw refusal;
    incoming.note({ refusal: refusal.message });
    // RP-Initiated Logout 1.0 §4: no parameter of the request is used, but users can always sign out.
    return session === undefined
      ? logoutProblem(refusal)
      : ask(dependencies, incoming, session, { parameters: {}, refusal });
  }
  if (session === undefined && request.hint === undefined) return offer(request);
  if (session === undefined || provesSession(dependencies, request, session)) {
    return finish(dependencies, incoming, request);
  }
  return ask(dependencies, incoming, session, { parameters, appName: request.client?.name, request });
}

/**
 * RP-Initiated Logout 1.0 §3: without an ID token, nothing proves that the user knows the app, so that its
 * address is a link. An app may have registered itself, and with it any address (CVE-2024-25715).
 */
function offer({ client, destination }: LogoutRequest): PageResponse {
  return {
    kind: 'page',
    status: 200,
    page: pageElement(SignedOutPage, {
      continueHref: destination,
      continueHost: hostOf(destination),
      appName: client?.name,
    }),
    session: 'clear',
  };
}

/** RP-Initiated Logout 1.0 §4: the ID token was issued to this client in this session. */
function provesSession(
  { subjectOf }: LogoutDependencies,
  { hint, client }: LogoutRequest,
  { record, account }: Session,
): boolean {
  if (hint === undefined || client === undefined) return false;
  return hint.sid === record.id && hint.sub === subjectOf(account, client);
}

function ask(
  { requests }: LogoutDependencies,
  { formToken }: EndpointRequest,
  { record, account }: Session,
  asked: {
    readonly parameters: Parameters;
    readonly appName?: string | undefined;
    readonly request?: LogoutRequest;
    readonly refusal?: OAuthError;
  },
): EndpointResponse {
  const { refusal, request } = asked;
  return {
    kind: 'page',
    status: refusal?.status ?? 200,
    page: pageElement(SignOutPage, {
      action: paths.signOut[0],
      hidden: { request: requests.seal(asked.parameters), session: record.id },
      csrfToken: formToken,
      user: { name: account.name, email: account.email ?? account.username },
      appName: asked.appName,
      problem:
        refusal === undefined ? undefined : { hint: asHint(refusal.description), errorCode: refusal.code },
    }),
    ...(request?.destination === undefined ? {} : { formTarget: request.destination }),
  };
}

/** Checks a request again after the user was asked. One that has become invalid loses its parameters. */
async function checkAgain(dependencies: LogoutDependencies, parameters: Parameters): Promise<LogoutRequest> {
  try {
    return await checkLogoutRequest(dependencies, parameters);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { client: undefined, hint: undefined, destination: undefined };
  }
}

/** Ends the session, notifies the other apps, and redirects the browser to the app. */
async function finish(
  { signIns, issuer, asksBeforeRedirect, operatorSignOut, signOutAtProvider }: LogoutDependencies,
  { sessionCookie, address, browser, method }: EndpointRequest,
  request: LogoutRequest,
): Promise<EndpointResponse> {
  const { client } = request;
  const ended: EndedSession | undefined = await signIns.end(sessionCookie, address);
  // RFC 9700 §4.11.2: as a hint an ID token never expires, so that an app could keep one for an open redirect.
  if (ended === undefined && client !== undefined && (await asksBeforeRedirect(client.id)))
    return offer(request);
  const afterwards = operatorSignOut?.(request.destination, browser) ?? request.destination;
  const atProvider = await signOutAtProvider(ended?.providerSession, afterwards, browser);
  const isAutomatic = atProvider?.isAutomatic === true;
  const destination = isAutomatic ? atProvider.address : afterwards;
  const frames = ended === undefined ? [] : frontChannelUris(issuer, ended);
  // Browsers apply `form-action` to the redirects after a form, and the hosts of providers are not among its sources.
  const leavesByScript = isAutomatic && method === 'POST';
  const isOffered = atProvider !== undefined && !isAutomatic;
  if (destination !== undefined && frames.length === 0 && !leavesByScript && !isOffered) {
    return redirect(destination, 'clear');
  }
  return {
    kind: 'page',
    status: 200,
    page: pageElement(SignedOutPage, {
      continueHref: destination,
      appName: isAutomatic ? undefined : client?.name,
      frames,
      atProvider,
    }),
    session: 'clear',
    frames,
    ...(destination === undefined || isOffered ? {} : { script: signedOutScript }),
  };
}

function readParameters(incoming: EndpointRequest): Parameters {
  // Every parameter is optional.
  if (incoming.method === 'POST' && incoming.body === undefined) return {};
  const request = readBrowserRequest(incoming);
  const problem = firstProblem(request);
  if (problem !== undefined) throw problem;
  return request.parameters;
}

/** @throws RefusedForm where it is malformed: without a session cookie, the page cannot say who is signed in */
function readForeignForm(incoming: EndpointRequest): Parameters {
  try {
    return readParameters(incoming);
  } catch (error) {
    throw asRefusedForm(error);
  }
}

function hostOf(destination: string | undefined): string | undefined {
  return destination === undefined ? undefined : redirectUriHost(destination);
}

export const logoutMetadata: DescribeMetadata = ({ issuer }) => ({
  end_session_endpoint: issuer + paths.logout[0], // RP-Initiated Logout 1.0 §2.1
  backchannel_logout_supported: true, // Back-Channel Logout 1.0 §2.1
  backchannel_logout_session_supported: true,
  frontchannel_logout_supported: true, // Front-Channel Logout 1.0 §3
  frontchannel_logout_session_supported: true,
});
