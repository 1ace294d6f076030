import { createSignIns } from './accounts/sign-in.js';
import { createSubjects } from './accounts/subject.js';
import { createSignInThrottle } from './accounts/throttle.js';
import { createClientsApi } from './api/clients.api.js';
import { guarded } from './api/guarded.js';
import { createRegistrationTokensApi } from './api/registration-tokens.api.js';
import { createRequestObjects } from './authorization/request-objects.js';
import { createTickets } from './authorization/ticket.js';
import { createClientAuthentication } from './client-auth/authenticate.js';
import { createClientKeys } from './client-keys/client-keys.js';
import { createRegistration } from './clients/registration.js';
import { createResources } from './clients/resources.js';
import { CLIENT_SECRETS } from './clients/secret.js';
import { createSectorReader } from './clients/sector-identifier.js';
import type { Config } from './config/config.js';
import { type Clock, systemClock } from './crypto/clock.js';
import { type Random, randomId, systemRandom } from './crypto/random.js';
import { createSealer } from './crypto/seal.js';
import { createDynamicRegistration } from './dynamic-registration/dynamic-registration.js';
import { createRegistrationThrottle } from './dynamic-registration/throttle.js';
import { authorizationEndpoint } from './endpoints/authorization.endpoint.js';
import { createAuthorizationFlow } from './endpoints/authorization-flow.js';
import { checkSessionEndpoint } from './endpoints/check-session.endpoint.js';
import { consentEndpoint } from './endpoints/consent.endpoint.js';
import { jwksEndpoint, metadataEndpoint, serverMetadata } from './endpoints/discovery.endpoint.js';
import { healthEndpoint } from './endpoints/health.endpoint.js';
import { homeEndpoint } from './endpoints/home.endpoint.js';
import { introspectionEndpoint } from './endpoints/introspection.endpoint.js';
import { type LogoutDependencies, logoutEndpoint, signOutEndpoint } from './endpoints/logout.endpoint.js';
import { basePathOf, paths } from './endpoints/paths.js';
import { registeredClientEndpoint } from './endpoints/registered-client.endpoint.js';
import { registrationEndpoint } from './endpoints/registration.endpoint.js';
import { revocationEndpoint } from './endpoints/revocation.endpoint.js';
import { selectAccountEndpoint } from './endpoints/select-account.endpoint.js';
import { signInEndpoint, switchAccountEndpoint } from './endpoints/sign-in.endpoint.js';
import { tokenEndpoint } from './endpoints/token.endpoint.js';
import { userinfoEndpoint } from './endpoints/userinfo.endpoint.js';
import { authorizationCodeGrant } from './grants/authorization-code.grant.js';
import { clientCredentialsGrant } from './grants/client-credentials.grant.js';
import { refreshTokenGrant } from './grants/refresh-token.grant.js';
import { createReuseEvents } from './grants/reuse.js';
import { createSealedAnswers } from './grants/sealed-answers.js';
import { createHttpApp } from './http/app.js';
import { createBrowsers } from './http/browser.js';
import { routesOf } from './http/routes.js';
import { createAccessTokenReader } from './issuance/access-token-reader.js';
import type { IssuanceDependencies } from './issuance/issue.js';
import { resealing, rotationOf } from './key-management.js';
import { loadKeyring, lookAfterKeys } from './keys/keyring.js';
import { RELOAD_SECONDS } from './keys/schedule.js';
import { bootstrap } from './operations/bootstrap.js';
import { createLog, type Log } from './operations/log.js';
import { startPurging } from './operations/purge.js';
import { reencrypt } from './operations/reencrypt.js';
import { type Repeat, systemRepeat } from './operations/repeat.js';
import { createOutbound } from './outbound/create-outbound.js';
import { startBackChannel } from './sessions/back-channel.js';
import { createSessionStates } from './sessions/session-state.js';
import { openStore } from './storage/open-store.js';
import type { Store } from './storage/ports/index.js';
import { version } from './version.js';

/** The server, put together and ready to be listened with. */
export interface Grantor {
  readonly fetch: ReturnType<typeof createHttpApp>['fetch'];
  readonly store: Store;
  readonly log: Log;
  close(): Promise<void>;
}

/** What may stand in for the outside world. */
export interface World {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly repeat?: Repeat;
}

/**
 * Opens the database and puts the server together. The only place that knows every implementation.
 *
 * @throws Error when the database cannot be opened, or its keys not with this secret
 */
export async function createGrantor(config: Config, world: World = {}): Promise<Grantor> {
  const store = await openStore(config.databaseUrl);
  try {
    const { clock = systemClock, random = systemRandom, repeat = systemRepeat } = world;
    return await compose(config, store, { clock, random, repeat });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function compose(
  config: Config,
  store: Store,
  { clock, random, repeat }: Required<World>,
): Promise<Grantor> {
  const { issuer, secret, secretPrevious } = config;
  const log = createLog(config.logLevel);
  await bootstrap(store, config, clock);
  if (secretPrevious !== undefined) await reencrypt(store, resealing(config, random));
  const rotation = rotationOf(config, store, clock, random);
  const keyring = await loadKeyring(rotation);
  const subjectOf = await createSubjects(store.deployment, random);
  const outbound = createOutbound({ allowedHosts: config.outboundHosts });
  const clientKeys = createClientKeys(outbound, clock);
  const issuance: IssuanceDependencies = {
    clientKeys,
    issuer,
    keyring,
    clock,
    random,
    lifetimes: config,
    subjectOf,
  };
  const accessTokens = createAccessTokenReader({
    issuer,
    keyring,
    clients: store.clients,
    clientTokens: store.clientTokens,
    grants: store.grants,
    revokedTokens: store.revokedTokens,
    clock,
  });
  const resources = createResources(config.resources, config.audience ?? issuer);
  const clientSecrets = createSealer(secret, CLIENT_SECRETS, random, secretPrevious);
  const tokenEndpoints = paths.token.map((path) => issuer + path);
  const authenticate = createClientAuthentication({
    clients: store.clients,
    audiences: config.assertionAudience === 'issuer' ? [issuer] : [issuer, ...tokenEndpoints],
    used: store.usedAssertions,
    secrets: clientSecrets,
    keysOf: (client) => clientKeys.verificationKey(client),
    clock,
  });
  const requestObjects = createRequestObjects({
    clients: store.clients,
    clientKeys,
    outbound,
    issuer,
    clock,
  });
  const tickets = createTickets(createSealer(secret, 'authorization-ticket', random, secretPrevious), clock);
  const { sessionSeconds } = config;
  const backChannel = startBackChannel({
    deliveries: store.logoutDeliveries,
    clients: store.clients,
    accounts: store.accounts,
    issuance,
    outbound,
    clock,
    onGivenUp: ({ clientId, attempts }, reason) =>
      log.error('an app could not be told that a session has ended', { clientId, attempts, reason }),
    onFailure: (error) => log.error('telling apps that a session has ended failed', { err: error }),
  });
  const signIns = createSignIns({
    accounts: store.accounts,
    sessions: store.sessions,
    throttle: createSignInThrottle(),
    clock,
    random,
    sessionSeconds,
    onEnded: ({ clients }) => {
      if (clients.some(({ metadata }) => metadata.backchannel_logout_uri !== undefined)) backChannel.wake();
    },
  });
  const sessionStates = config.sessionManagement === 'on' ? createSessionStates(secret, random) : undefined;
  const logout: LogoutDependencies = {
    clients: store.clients,
    keyring,
    issuer,
    signIns,
    subjectOf,
    requests: createTickets(createSealer(secret, 'logout-request', random), clock),
  };
  const flow = createAuthorizationFlow({
    clients: store.clients,
    consents: store.consents,
    grants: store.grants,
    issuance,
    resources,
    sessionStates,
  });
  const describeReuse = createReuseEvents(clock, random);
  const grants = [
    authorizationCodeGrant(store.grants, clock, describeReuse),
    clientCredentialsGrant(store.clientTokens, resources),
    refreshTokenGrant({
      grants: store.grants,
      answers: createSealedAnswers(secret, random, secretPrevious),
      clock,
      retrySeconds: config.refreshRetrySeconds,
      describeReuse,
      lifetimes: config,
    }),
  ];
  const registration = createRegistration({
    clients: store.clients,
    clock,
    random,
    secrets: clientSecrets,
    readSector: createSectorReader(outbound),
  });
  const dynamicRegistration = createDynamicRegistration({
    mode: config.registration,
    scopes: config.registrationScopes,
    registration,
    dynamicClients: store.dynamicClients,
    initialTokens: store.initialTokens,
    clock,
    random,
  });
  const registrationTokens = createRegistrationTokensApi(store.initialTokens, clock, random);
  const clientsApi = createClientsApi(store.clients, registration);
  const guard = (endpoint: Parameters<typeof guarded>[2]) => guarded(store.apiKeys, clock, endpoint);
  const app = createHttpApp(
    routesOf(
      {
        authorization: authorizationEndpoint({ flow, signIns, tickets, requestObjects }),
        token: tokenEndpoint({ authenticate, grants, issuance }),
        userinfo: userinfoEndpoint(accessTokens, issuance),
        revocation: revocationEndpoint({ ...store, authenticate, accessTokens, clock }),
        introspection: introspectionEndpoint({
          issuer,
          authenticate,
          accessTokens,
          grants: store.grants,
          keyring,
          subjectOf,
          clock,
        }),
        logout: logoutEndpoint(logout),
        signOut: signOutEndpoint(logout),
        checkSession: sessionStates === undefined ? undefined : checkSessionEndpoint(issuer),
        jwks: jwksEndpoint(keyring),
        metadata: metadataEndpoint(
          serverMetadata(issuer, {
            sessionManagement: sessionStates !== undefined,
            registration: config.registration !== 'off',
          }),
        ),
        signIn: signInEndpoint({ flow, signIns, tickets, sessionSeconds, sessionStates }),
        switchAccount: switchAccountEndpoint(signIns, tickets),
        selectAccount: selectAccountEndpoint({ flow, signIns, tickets }),
        consent: consentEndpoint({
          flow,
          signIns,
          tickets,
          consents: store.consents,
          dynamicClients: store.dynamicClients,
        }),
        health: healthEndpoint(store, clock),
        home: homeEndpoint(issuer, version),
        registration: registrationEndpoint({
          issuer,
          registration: dynamicRegistration,
          throttle: createRegistrationThrottle(config.registrationsPerHour),
        }),
        registeredClient: registeredClientEndpoint(issuer, dynamicRegistration),
        registrationTokens: {
          create: guard(registrationTokens.create),
          list: guard(registrationTokens.list),
          remove: guard(registrationTokens.remove),
        },
        clients: {
          create: guard(clientsApi.create),
          list: guard(clientsApi.list),
          show: guard(clientsApi.show),
          update: guard(clientsApi.update),
          remove: guard(clientsApi.remove),
        },
      },
      basePathOf(issuer),
    ),
    {
      issuer,
      browsers: createBrowsers(issuer, secret, random),
      log,
      newIncidentId: () => randomId(random),
    },
  );
  const stopRotating = repeat(
    RELOAD_SECONDS,
    () => lookAfterKeys(rotation, keyring),
    (error) => log.error('the signing keys could not be looked after', { err: error }),
  );
  const stopPurging = startPurging({ store, clock, log, ...config });
  return {
    fetch: app.fetch,
    store,
    log,
    async close() {
      await backChannel.stop();
      await stopRotating();
      await stopPurging();
      await store.close();
    },
  };
}
