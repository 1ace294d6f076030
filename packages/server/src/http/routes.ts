import type { Operation } from '../api/operation.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import { metadataPathsOfHost, paths } from '../endpoints/paths.js';
import type { Route } from './app.js';

/** Every endpoint of the specifications, and the pages. */
export interface Endpoints {
  readonly authorization: Endpoint;
  readonly token: Endpoint;
  readonly userinfo: Endpoint;
  readonly revocation: Endpoint;
  readonly logout: Endpoint;
  readonly signOut: Endpoint;
  readonly checkSession: Endpoint | undefined;
  readonly introspection: Endpoint;
  readonly jwks: Endpoint;
  readonly metadata: Endpoint;
  readonly signIn: Endpoint;
  readonly switchAccount: Endpoint;
  readonly selectAccount: Endpoint;
  readonly secondFactor: Endpoint;
  readonly passkeySignIn: Endpoint | undefined;
  /** All three undefined unless users can sign in by email. */
  readonly emailSignIn: Endpoint | undefined;
  readonly emailCode: Endpoint | undefined;
  readonly emailLink: Endpoint | undefined;
  readonly stepUp: Endpoint;
  readonly enrolment: Endpoint;
  readonly providerSignIn: Endpoint;
  readonly providerCallback: Endpoint;
  readonly providerLogout: Endpoint;
  readonly connectProvider: Endpoint;
  readonly consent: Endpoint;
  readonly account: Endpoint;
  /** Undefined where the operator has no page of that kind. */
  readonly continueSignIn: Endpoint | undefined;
  readonly continueConsent: Endpoint | undefined;
  readonly continueSignOut: Endpoint;
  readonly logo: Endpoint;
  /** Undefined where no app has a brand of its own. */
  readonly accent: Endpoint | undefined;
  /** Undefined unless users can sign up without an invitation. */
  readonly signUp: Endpoint | undefined;
  /** Undefined unless users can sign up at all. */
  readonly completeSignUp: Endpoint | undefined;
  /** Both undefined without a mail server. */
  readonly resetPassword: Endpoint | undefined;
  readonly chooseNewPassword: Endpoint | undefined;
  readonly changePassword: Endpoint;
  /** Undefined unless mails are caught. */
  readonly devMail: Endpoint | undefined;
  readonly health: Endpoint;
  readonly home: Endpoint;
  readonly registration: Endpoint;
  readonly registeredClient: Endpoint;
}

/**
 * The path and the methods of every endpoint, and how it reports refusals: the whole surface on one screen.
 *
 * @param base path of the issuer: empty, or `/auth`
 * @param registrationFromBrowsers whether pages may register clients
 */
export function routesOf(
  endpoints: Endpoints,
  base: string,
  registrationFromBrowsers: boolean,
): readonly Route[] {
  const discovery = [...paths.openidConfiguration, ...paths.oauthServerMetadata];
  return [
    {
      methods: ['GET', 'POST'],
      paths: paths.authorization,
      endpoint: endpoints.authorization,
      refusals: 'page',
      crossSite: true, // OpenID Connect Core 1.0 §3.1.2.1: apps may POST the request
    },
    { methods: ['POST'], paths: paths.token, endpoint: endpoints.token, refusals: 'json', cors: true },
    {
      methods: ['GET', 'POST'],
      paths: paths.userinfo,
      endpoint: endpoints.userinfo,
      refusals: 'json',
      cors: true,
    },
    {
      methods: ['POST'],
      paths: paths.revocation,
      endpoint: endpoints.revocation,
      refusals: 'json',
      cors: true,
    },
    {
      methods: ['POST'],
      paths: paths.introspection,
      endpoint: endpoints.introspection,
      refusals: 'json',
      cors: true,
    },
    {
      methods: ['POST'],
      paths: paths.registration,
      endpoint: endpoints.registration,
      refusals: 'json',
      cors: registrationFromBrowsers,
    },
    {
      methods: ['GET', 'PUT', 'DELETE'],
      paths: paths.registeredClient,
      endpoint: endpoints.registeredClient,
      refusals: 'json',
      cors: registrationFromBrowsers,
    },
    {
      methods: ['GET', 'POST'],
      paths: paths.logout,
      endpoint: endpoints.logout,
      refusals: 'page',
      crossSite: true, // RP-Initiated Logout 1.0 §2: apps may POST the request
    },
    { methods: ['GET', 'POST'], paths: paths.signOut, endpoint: endpoints.signOut, refusals: 'page' },
    ...pageIfPresent(paths.checkSession, endpoints.checkSession),
    { methods: ['GET'], paths: paths.jwks, endpoint: endpoints.jwks, refusals: 'json', cors: true },
    {
      methods: ['GET'],
      paths: discovery,
      hostPaths: metadataPathsOfHost(base),
      endpoint: endpoints.metadata,
      refusals: 'json',
      cors: true,
    },
    { methods: ['GET', 'POST'], paths: paths.signIn, endpoint: endpoints.signIn, refusals: 'page' },
    { methods: ['POST'], paths: paths.switchAccount, endpoint: endpoints.switchAccount, refusals: 'page' },
    {
      methods: ['GET', 'POST'],
      paths: paths.selectAccount,
      endpoint: endpoints.selectAccount,
      refusals: 'page',
    },
    {
      methods: ['GET', 'POST'],
      paths: paths.secondFactor,
      endpoint: endpoints.secondFactor,
      refusals: 'page',
    },
    ...(endpoints.passkeySignIn === undefined
      ? []
      : [
          {
            methods: ['POST'],
            paths: paths.passkeySignIn,
            endpoint: endpoints.passkeySignIn,
            refusals: 'page',
          } as const,
        ]),
    { methods: ['GET'], paths: paths.stepUp, endpoint: endpoints.stepUp, refusals: 'page' },
    { methods: ['GET', 'POST'], paths: paths.enrolment, endpoint: endpoints.enrolment, refusals: 'page' },
    { methods: ['GET'], paths: paths.providerSignIn, endpoint: endpoints.providerSignIn, refusals: 'page' },
    {
      methods: ['GET', 'POST'],
      paths: paths.providerCallback,
      endpoint: endpoints.providerCallback,
      refusals: 'page',
      crossSite: true, // OAuth 2.0 Form Post Response Mode §2
    },
    {
      methods: ['GET', 'POST'],
      paths: paths.connectProvider,
      endpoint: endpoints.connectProvider,
      refusals: 'page',
    },
    { methods: ['POST'], paths: paths.providerLogout, endpoint: endpoints.providerLogout, refusals: 'json' },
    { methods: ['GET', 'POST'], paths: paths.consent, endpoint: endpoints.consent, refusals: 'page' },
    { methods: ['GET'], paths: paths.account, endpoint: endpoints.account, refusals: 'page' },
    {
      methods: ['GET', 'POST'],
      paths: paths.accountAction,
      endpoint: endpoints.account,
      refusals: 'page',
    },
    ...pageIfPresent(paths.continueSignIn, endpoints.continueSignIn),
    ...pageIfPresent(paths.continueConsent, endpoints.continueConsent),
    { methods: ['GET'], paths: paths.continueSignOut, endpoint: endpoints.continueSignOut, refusals: 'page' },
    { methods: ['GET'], paths: paths.logo, endpoint: endpoints.logo, refusals: 'json' },
    ...(endpoints.accent === undefined
      ? []
      : [
          {
            methods: ['GET'] as const,
            paths: paths.accent,
            endpoint: endpoints.accent,
            refusals: 'json' as const,
          },
        ]),
    ...[
      { paths: paths.emailSignIn, endpoint: endpoints.emailSignIn },
      { paths: paths.emailCode, endpoint: endpoints.emailCode },
      { paths: paths.emailLink, endpoint: endpoints.emailLink },
      { paths: paths.signUp, endpoint: endpoints.signUp },
      { paths: paths.completeSignUp, endpoint: endpoints.completeSignUp },
      { paths: paths.resetPassword, endpoint: endpoints.resetPassword },
      { paths: paths.chooseNewPassword, endpoint: endpoints.chooseNewPassword },
    ].flatMap(({ paths: at, endpoint }) =>
      endpoint === undefined
        ? []
        : [{ methods: ['GET', 'POST'], paths: at, endpoint, refusals: 'page' } as const],
    ),
    {
      methods: ['GET'],
      paths: paths.changePassword,
      // Password managers look for it at the root of the host.
      hostPaths: paths.changePassword,
      endpoint: endpoints.changePassword,
      refusals: 'page',
    },
    ...(endpoints.devMail === undefined
      ? []
      : [{ methods: ['GET'], paths: paths.devMail, endpoint: endpoints.devMail, refusals: 'page' } as const]),
    { methods: ['GET'], paths: paths.health, endpoint: endpoints.health, refusals: 'json' },
    { methods: ['GET'], paths: paths.home, endpoint: endpoints.home, refusals: 'page' },
  ];
}

/** What a route needs of an operation. */
type RoutedOperation = Pick<Operation, 'maxBodyBytes' | 'method' | 'paths'>;
/** The route of a page that not every deployment has. */
function pageIfPresent(at: readonly string[], endpoint: Endpoint | undefined): readonly Route[] {
  return endpoint === undefined ? [] : [{ methods: ['GET'], paths: at, endpoint, refusals: 'page' }];
}

/** Of two paths that match a request, the one with more fixed parts comes first: `/clients/info` before `/clients/:id`. */
function byPath({ paths: [one] }: RoutedOperation, { paths: [other] }: RoutedOperation): number {
  const shape = (path: string) =>
    path.split('/').map((part) => (part.startsWith(':') ? 'variable' : 'named'));
  const [first, second] = [shape(one).join('/'), shape(other).join('/')];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/**
 * The routes of operations, from their paths.
 *
 * @param refusals how refusals are reported before an operation runs
 */
export function routesOfApi<O extends RoutedOperation>(
  operations: readonly O[],
  endpointOf: (operation: O) => Endpoint,
  refusals: 'problem' | 'scim' = 'problem',
): readonly Route[] {
  return operations.toSorted(byPath).map((operation) => ({
    methods: [operation.method],
    paths: operation.paths,
    endpoint: endpointOf(operation),
    refusals,
    maxBodyBytes: operation.maxBodyBytes,
  }));
}

/** The documentation of the management API: as OpenAPI, and as a page. */
export function routesOfDocumentation(document: Endpoint, reference: Endpoint): readonly Route[] {
  return [
    { methods: ['GET'], paths: paths.openApi, endpoint: document, refusals: 'json' },
    { methods: ['GET'], paths: paths.apiReference, endpoint: reference, refusals: 'page' },
  ];
}
