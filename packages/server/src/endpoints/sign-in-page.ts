import type { Passkeys } from '../accounts/factors/passkeys.js';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { appBrandOf, type BrandingPolicy } from '../clients/app-brand.js';
import type { LogoCopies } from '../logos/logo-copies.js';
import { formScript, type PasskeyFormProps, pageElement, passkeyScript, SignInPage } from '../pages/index.js';
import type { Message } from '../texts/texts.js';
import { deliver } from './deliver.js';
import { destinationPage } from './destination-page.js';
import type { EndpointRequest, EndpointResponse, PageResponse } from './endpoint.js';
import { paths } from './paths.js';
import { linkTo, type SignInWays } from './sign-in-ways.js';

export interface SignInPageDependencies {
  readonly flow: AuthorizationFlow;
  readonly tickets: Tickets;
  readonly logos: Pick<LogoCopies, 'addressFor'>;
  readonly ways: SignInWays;
  readonly branding: Pick<BrandingPolicy, 'allowed'>;
  /** Undefined if users cannot sign in with passkeys. */
  readonly passkeys: Pick<Passkeys, 'promptToSignIn'> | undefined;
}

export interface SignInPageState {
  readonly username?: string | undefined;
  /** Whether a signed-in user must authenticate once more. */
  readonly isAgain?: boolean;
  readonly error?: Message;
  readonly status?: number;
  /** When to try again (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number;
}

/** An authorization request that waits for a sign-in. */
interface Pending {
  readonly ticket: Ticket;
  readonly request: AuthorizationRequest;
}

/** The sign-in page after a refused attempt, or the response that refuses the authorization request. */
export async function refusedSignIn(
  dependencies: SignInPageDependencies,
  incoming: EndpointRequest,
  ticket: Ticket | undefined,
  state: SignInPageState,
): Promise<EndpointResponse> {
  if (ticket === undefined) return signInPage(dependencies, incoming, undefined, state);
  const { parameters } = ticket;
  const step = await dependencies.flow.decide({ parameters, ticket, session: undefined });
  if ('response' in step) return deliver(step.response);
  return signInPage(dependencies, incoming, { ticket, request: step.request }, state);
}

/** @param pending undefined if the user signs in without an authorization request */
export async function signInPage(
  { ways, tickets, logos, passkeys, branding }: SignInPageDependencies,
  incoming: EndpointRequest,
  pending: Pending | undefined,
  { username, isAgain, error, status = 200, retryAfterSeconds }: SignInPageState,
): Promise<PageResponse> {
  const client = pending?.request.client;
  const metadata = client?.metadata;
  const destination = pending === undefined ? undefined : destinationPage(pending.request.destination);
  const ticket = pending && tickets.seal(pending.ticket);
  const hidden: Readonly<Record<string, string>> = ticket === undefined ? {} : { ticket };
  return {
    kind: 'page',
    status,
    appBrand: client && appBrandOf(client, branding),
    script: passkeys === undefined ? formScript : `${formScript} ${passkeyScript}`,
    page: pageElement(SignInPage, {
      action: paths.signIn[0],
      hidden,
      csrfToken: incoming.formToken,
      username,
      isAgain,
      error,
      appName: client?.name,
      appHost: destination?.host,
      // Null shows the initial of an app whose logo is not copied yet.
      logoUri:
        client?.metadata.logo_uri === undefined ? undefined : ((await logos.addressFor(client)) ?? null),
      policyUri: metadata?.policy_uri,
      termsUri: metadata?.tos_uri,
      passkey: passkeys && passkeyForm(passkeys, incoming, hidden),
      otherWays: ways.ways.map((door) => linkTo(door, ticket)),
      links: ways.links.map((door) => linkTo(door, ticket)),
    }),
    ...destination?.form,
    ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  };
}

function passkeyForm(
  passkeys: Pick<Passkeys, 'promptToSignIn'>,
  incoming: EndpointRequest,
  hidden: Readonly<Record<string, string>>,
): PasskeyFormProps {
  const { options, sealed } = passkeys.promptToSignIn(incoming.browser);
  return {
    action: paths.passkeySignIn[0],
    hidden: { ...hidden, challenge: sealed },
    csrfToken: incoming.formToken,
    kind: 'get',
    options,
    conditional: true,
    label: { key: 'factors.usePasskey' },
  };
}
