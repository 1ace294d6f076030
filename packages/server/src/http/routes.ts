import type { Operation } from '../api/operation.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import { metadataPathsOfHost, paths } from '../endpoints/paths.js';
import type { Route } from './app.js';

/** Every endpoint that the server has. */
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
  readonly consent: Endpoint;
  readonly logo: Endpoint;
  readonly health: Endpoint;
  readonly home: Endpoint;
  readonly registration: Endpoint;
  readonly registeredClient: Endpoint;
}

/**
 * Which endpoint answers where, to which methods, and to whom: the whole surface on one screen.
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
      audience: 'person',
      crossSite: true, // OpenID Connect Core 1.0 §3.1.2.1: apps may POST the request
    },
    { methods: ['POST'], paths: paths.token, endpoint: endpoints.token, audience: 'program', cors: true },
    {
      methods: ['GET', 'POST'],
      paths: paths.userinfo,
      endpoint: endpoints.userinfo,
      audience: 'program',
      cors: true,
    },
    {
      methods: ['POST'],
      paths: paths.revocation,
      endpoint: endpoints.revocation,
      audience: 'program',
      cors: true,
    },
    {
      methods: ['POST'],
      paths: paths.introspection,
      endpoint: endpoints.introspection,
      audience: 'program',
      cors: true,
    },
    {
      methods: ['POST'],
      paths: paths.registration,
      endpoint: endpoints.registration,
      audience: 'program',
      cors: registrationFromBrowsers,
    },
    {
      methods: ['GET', 'PUT', 'DELETE'],
      paths: paths.registeredClient,
      endpoint: endpoints.registeredClient,
      audience: 'program',
      cors: registrationFromBrowsers,
    },
    {
      methods: ['GET', 'POST'],
      paths: paths.logout,
      endpoint: endpoints.logout,
      audience: 'person',
      crossSite: true, // RP-Initiated Logout 1.0 §2: apps may POST the request
    },
    { methods: ['GET', 'POST'], paths: paths.signOut, endpoint: endpoints.signOut, audience: 'person' },
    ...(endpoints.checkSession === undefined
      ? []
      : [
          {
            methods: ['GET'],
            paths: paths.checkSession,
            endpoint: endpoints.checkSession,
            audience: 'person',
          } as const,
        ]),
    { methods: ['GET'], paths: paths.jwks, endpoint: endpoints.jwks, audience: 'program', cors: true },
    {
      methods: ['GET'],
      paths: discovery,
      hostPaths: metadataPathsOfHost(base),
      endpoint: endpoints.metadata,
      audience: 'program',
      cors: true,
    },
    { methods: ['GET', 'POST'], paths: paths.signIn, endpoint: endpoints.signIn, audience: 'person' },
    { methods: ['POST'], paths: paths.switchAccount, endpoint: endpoints.switchAccount, audience: 'person' },
    {
      methods: ['GET', 'POST'],
      paths: paths.selectAccount,
      endpoint: endpoints.selectAccount,
      audience: 'person',
    },
    { methods: ['GET', 'POST'], paths: paths.consent, endpoint: endpoints.consent, audience: 'person' },
    { methods: ['GET'], paths: paths.logo, endpoint: endpoints.logo, audience: 'program' },
    { methods: ['GET'], paths: paths.health, endpoint: endpoints.health, audience: 'program' },
    { methods: ['GET'], paths: paths.home, endpoint: endpoints.home, audience: 'person' },
  ];
}

/** Of two paths that fit a request the one that names more of it answers: `/clients/info` before `/clients/:id`. */
function byPath({ paths: [one] }: Operation, { paths: [other] }: Operation): number {
  const shape = (path: string) =>
    path.split('/').map((part) => (part.startsWith(':') ? 'variable' : 'named'));
  const [first, second] = [shape(one).join('/'), shape(other).join('/')];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** The routes of the management API, which its operations name themselves. */
export function routesOfApi(
  operations: readonly Operation[],
  endpointOf: (operation: Operation) => Endpoint,
): readonly Route[] {
  return operations.toSorted(byPath).map((operation) => ({
    methods: [operation.method],
    paths: operation.paths,
    endpoint: endpointOf(operation),
    audience: 'manager',
    maxBodyBytes: operation.maxBodyBytes,
  }));
}

/** What there is to read about the management API, for programs and for people. */
export function routesOfDocumentation(document: Endpoint, reference: Endpoint): readonly Route[] {
  return [
    { methods: ['GET'], paths: paths.openApi, endpoint: document, audience: 'program' },
    { methods: ['GET'], paths: paths.apiReference, endpoint: reference, audience: 'person' },
  ];
}
