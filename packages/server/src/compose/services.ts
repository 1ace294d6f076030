import { createAccountManagement } from '../accounts/account-management.js';
import { createKnownBrowsers } from '../accounts/known-browsers.js';
import { createPasswordSignIn } from '../accounts/password-sign-in.js';
import { createPasswords } from '../accounts/passwords.js';
import { createSessionTimes, notingVisits } from '../accounts/session-times.js';
import { createSignIns } from '../accounts/sign-in.js';
import { createSignInEvents } from '../accounts/sign-in-events.js';
import { createSubjects } from '../accounts/subject.js';
import { createSignInThrottle } from '../accounts/throttle.js';
import { createUserSessions } from '../accounts/user-sessions.js';
import { createApiKeyManagement } from '../api-keys/api-key-management.js';
import { keyScopesWith } from '../api-keys/new-api-key.js';
import { createEventFactory } from '../audit/events.js';
import { createAuthorizationFlow } from '../authorization/flow.js';
import { createRequestObjects } from '../authorization/request-objects.js';
import { createRequestUris } from '../authorization/request-uri.js';
import { createTickets } from '../authorization/ticket.js';
import { createClientAuthentication } from '../client-auth/authenticate.js';
import { createClientKeys } from '../client-keys/client-keys.js';
import { createRefuseSelfRegistered } from '../clients/client-types.js';
import { createLogoAddresses } from '../clients/logo-address.js';
import { createProtocolPolicy, issuesRefreshTokens } from '../clients/protocol-policy.js';
import { createRegistration } from '../clients/registration.js';
import { createResources } from '../clients/resources.js';
import { createSecretRotation } from '../clients/rotate-secret.js';
import { createSectorReader } from '../clients/sector-identifier.js';
import { createAsksBeforeRedirect } from '../clients/unreviewed-redirects.js';
import { compatibilityGrantTypes } from '../compat/compatibility.js';
import { createConsentSecondsOf, createFindConsent } from '../consents/find-consent.js';
import { stretchedOnly } from '../crypto/deployment-keys.js';
import { createSealer } from '../crypto/seal.js';
import { createDynamicRegistration } from '../dynamic-registration/dynamic-registration.js';
import { createOriginCheck } from '../endpoints/allowed-origins.js';
import { logoBase, paths } from '../endpoints/paths.js';
import { createAccessTokenReader } from '../issuance/access-token-reader.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { createLogoCopies } from '../logos/logo-copies.js';
import { startBackChannel } from '../logout/back-channel.js';
import { createSessionStates } from '../logout/session-state.js';
import { createOutbound } from '../outbound/create-outbound.js';
import { createNameLookup } from '../outbound/name-lookup.js';
import { createCallerAuthentication } from '../principals/authenticate-caller.js';
import { loadScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { EndedSession } from '../storage/ports/index.js';
import { createFairQueue } from '../throttling/fair-queue.js';
import { applicationSignIn, currentClaimsOf } from './application.js';
import { brandingPolicy } from './brand.js';
import { createCompatibility } from './compatibility.js';
import type { ServerDependencies } from './dependencies.js';
import { directorySignIn } from './directory.js';
import { createExternalAccounts } from './external-sign-in.js';
import { createHookSealing } from './hook-sealing.js';
import { startMail } from './mail.js';
import { createOwnLogins } from './own-login.js';
import { createProviderServices } from './providers.js';
import { createSecondFactors } from './second-factors.js';

/** How many passwords may wait for each one that is hashed: about a second of work. */
const WAITING_PER_HASH = 32;

export type Services = Awaited<ReturnType<typeof createServices>>;

/** The services that endpoints share. Each is created once and knows storage only through its ports. */
export async function createServices(dependencies: ServerDependencies) {
  const { config, keys, store, log, clock, random, repeat, keyring, limits, memory } = dependencies;
  const { issuer } = config;
  const policy = createProtocolPolicy(config, config.compat === 'none' ? compatibilityGrantTypes : []);
  const refreshTokens = issuesRefreshTokens(policy);
  const createEvent = createEventFactory(clock, random);
  const subjectOf = await createSubjects(store.deployment, random);
  const outbound = createOutbound({
    allowedHosts: config.outboundHosts,
    lookup: createNameLookup({ servers: config.outboundDnsServers }),
  });
  const clientKeys = createClientKeys({
    outbound,
    clock,
    tables: memory,
    rsaExponents: config.clientRsaExponents,
  });
  const issuance: IssuanceDependencies = {
    clientKeys,
    issuer,
    keyring,
    clock,
    random,
    // An app with refresh tokens asks no user again, so that its access ends with the consent.
    lifetimes: {
      ...config,
      refreshAbsoluteSeconds: Math.min(
        config.refreshAbsoluteSeconds,
        config.consentSeconds || config.refreshAbsoluteSeconds,
      ),
    },
    refreshTokens,
    subjectOf,
    groupsOf: (accountId) => store.groups.groupsOf(accountId),
    currentClaims: (account) => currentClaims(account),
  };
  const accessTokens = createAccessTokenReader({ ...store, issuer, keyring, clock });
  // The management API is always a resource, besides those of the deployment.
  const scopes = await loadScopeCatalogue(store.scopes, clock, refreshTokens);
  const resources = createResources([issuer, ...config.resources], config.audience ?? issuer);
  const compatibility = await createCompatibility(dependencies, {
    subjectOf,
    resources,
    scopes,
    createEvent,
  });
  const clientSecrets = createSealer(keys, 'client-secrets', random);
  const tokenEndpoints = paths.token
    .flatMap((path) => [path, ...compatibility.aliasesOf(path)])
    .map((path) => issuer + path);
  const refuseForeignOrigin = createOriginCheck(issuer);
  const authenticate = createClientAuthentication({
    clients: store.clients,
    inspect: refuseForeignOrigin,
    audiences: config.assertionAudience === 'issuer' ? [issuer] : [issuer, ...tokenEndpoints],
    used: store.usedAssertions,
    secrets: clientSecrets,
    keysOf: (client) => clientKeys.verificationKey(client),
    clock,
  });
  const requestObjects = createRequestObjects({
    clients: store.clients,
    clientKeys,
    requestUris: createRequestUris({ outbound, clock, tables: memory }),
    areRequired: policy.requireSignedRequestObjects,
    issuer,
    clock,
  });
  const tickets = createTickets(
    createSealer(stretchedOnly(keys), 'authorization-ticket', random),
    clock,
    random,
  );
  const mail = startMail(dependencies);
  const backChannel = startBackChannel({
    deliveries: store.logoutDeliveries,
    clients: store.clients,
    accounts: store.accounts,
    issuance,
    outbound,
    clock,
    repeat,
    onGivenUp: ({ clientId, attempts }, reason) =>
      log.error('an app could not be notified that a session has ended', { clientId, attempts, reason }),
    onFailure: (error) => log.error('notifying apps that a session has ended failed', { err: error }),
  });
  const passwordQueue = createFairQueue(memory, {
    name: 'passwords to be hashed',
    concurrency: config.passwordHashes,
    maxWaiting: config.passwordHashes * WAITING_PER_HASH,
  });
  const passwords = await createPasswords(passwordQueue, random, () => store.accounts.importedSchemes());
  const signInEvents = createSignInEvents({ createEvent, audit: store.audit, limits, memory });
  const knownBrowsers = createKnownBrowsers(stretchedOnly(keys), random, clock);
  const signInThrottle = createSignInThrottle(limits, config);
  const attempts = { throttle: signInThrottle, knownBrowsers, events: signInEvents };
  const secondFactors = createSecondFactors(dependencies, { ...attempts, createEvent, mailer: mail.mailer });
  const accountManagement = createAccountManagement(
    store.accounts,
    clock,
    (password) => passwords.hash(password, { lane: 'management API', isKnown: false }),
    () => backChannel.wake(),
  );
  const externalAccounts = createExternalAccounts(dependencies, {
    createEvent,
    management: accountManagement,
    signInEvents,
    hasPasskeys: secondFactors.passkeys !== undefined,
  });
  const { signInExternally } = externalAccounts;
  const signInWithPassword =
    applicationSignIn(dependencies, { ...attempts, signInExternally }) ??
    createPasswordSignIn({
      ...attempts,
      accounts: store.accounts,
      passwords,
      clock,
      signInWithDirectory: await directorySignIn(dependencies, signInExternally),
    });
  const onSessionEnded = ({ clients }: EndedSession) => {
    if (clients.some(({ metadata }) => metadata.backchannel_logout_uri !== undefined)) backChannel.wake();
  };
  const sessionTimes = createSessionTimes(config);
  const signIns = createSignIns({
    sessions: store.sessions,
    times: sessionTimes,
    knownBrowsers,
    events: signInEvents,
    clock,
    random,
    onEnded: onSessionEnded,
  });
  const userSessions = createUserSessions({
    sessions: store.sessions,
    events: signInEvents,
    clock,
    onEnded: onSessionEnded,
  });
  const ownLogins = createOwnLogins(dependencies, {
    createEvent,
    passwords,
    mailer: mail.mailer,
    outbound,
    accountManagement,
    knownBrowsers,
    signInThrottle,
    signInEvents,
  });
  const sessionStates = config.sessionManagement === 'on' ? createSessionStates(keys, random) : undefined;
  const refuseSelfRegistered = createRefuseSelfRegistered(config, store.dynamicClients);
  const asksBeforeRedirect = createAsksBeforeRedirect(
    config.confirmUnreviewedRedirects,
    store.dynamicClients,
  );
  const consentSecondsOf = createConsentSecondsOf(scopes, config.consentSeconds);
  const findConsent = createFindConsent(store.consents, consentSecondsOf, clock);
  const flow = createAuthorizationFlow({
    clients: store.clients,
    findConsent,
    consentSecondsOf,
    grants: store.grants,
    spentTickets: store.spentTickets,
    asksBeforeRedirect,
    issuance,
    resources,
    scopes,
    policy,
    refuseSelfRegistered,
    sessionStates,
    factorPolicy: secondFactors.factorPolicy,
  });
  const logos = createLogoAddresses(logoBase(issuer));
  const logoCopies = createLogoCopies({
    copies: store.clientLogoCopies,
    clients: store.clients,
    outbound,
    clock,
    tables: memory,
    addresses: logos,
    onRefused: (clientId, reason) => log.info('the logo of an app could not be copied', { clientId, reason }),
    onFailure: (error) => log.error('copying the logo of an app failed', { err: error }),
  });
  const registration = createRegistration({
    clients: store.clients,
    resolveFieldNames: compatibility.clientFormat.resolveFieldNames,
    scopes,
    clock,
    random,
    secrets: clientSecrets,
    readSector: createSectorReader(outbound),
    logos,
    policy,
    rsaExponents: config.clientRsaExponents,
    signing: { algorithms: config.signingAlgorithms, idTokenDefault: config.idTokenAlgorithm },
    branding: brandingPolicy(dependencies),
  });
  const dynamicRegistration = createDynamicRegistration({
    mode: config.registration,
    scopes: config.registrationScopes,
    idTokenDefault: config.idTokenAlgorithm,
    refreshTokens,
    catalogue: scopes,
    registration,
    caps: { total: config.selfRegisteredClients, perSource: config.selfRegisteredClientsPerAddress },
    dynamicClients: store.dynamicClients,
    initialTokens: store.initialTokens,
    createEvent,
    clock,
    random,
  });
  const currentClaims = currentClaimsOf(dependencies, { management: accountManagement, createEvent });
  return {
    ...ownLogins,
    hooks: createHookSealing(dependencies),
    ...createProviderServices(dependencies),
    ...externalAccounts,
    ...secondFactors,
    accessTokens,
    accountManagement,
    apiKeyManagement: createApiKeyManagement(
      store.apiKeys,
      clock,
      random,
      keyScopesWith(compatibility.keyScopes),
    ),
    asksBeforeRedirect,
    authenticate,
    backChannel,
    authenticateCaller: createCallerAuthentication(
      {
        ...store,
        sessions: notingVisits(store.sessions, sessionTimes),
        issuer,
        developers: config.developers,
        accessTokens,
        clock,
      },
      compatibility.credentials,
    ),
    compatibility,
    createEvent,
    dynamicRegistration,
    consentSecondsOf,
    findConsent,
    flow,
    issuance,
    policy,
    logoCopies,
    mail,
    onSessionEnded,
    passwords,
    refuseForeignOrigin,
    refuseSelfRegistered,
    registration,
    requestObjects,
    resources,
    rotateSecret: createSecretRotation({ clients: store.clients, clock, random, secrets: clientSecrets }),
    scopes,
    sessionStates,
    signInEvents,
    signIns,
    signInWithPassword,
    subjectOf,
    tickets,
    userSessions,
  };
}
