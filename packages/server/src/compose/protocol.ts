import { createRegistrationThrottle } from '../dynamic-registration/throttle.js';
import { accentEndpoint } from '../endpoints/accent.endpoint.js';
import { accountEndpoint } from '../endpoints/account/account.endpoint.js';
import { authorizationEndpoint } from '../endpoints/authorization.endpoint.js';
import { checkSessionEndpoint } from '../endpoints/check-session.endpoint.js';
import { consentEndpoint } from '../endpoints/consent.endpoint.js';
import { devMailEndpoint } from '../endpoints/dev-mail.endpoint.js';
import { metadataEndpoint } from '../endpoints/discovery.endpoint.js';
import { enrolmentEndpoint } from '../endpoints/enrolment.endpoint.js';
import { healthEndpoint } from '../endpoints/health.endpoint.js';
import { homeEndpoint } from '../endpoints/home.endpoint.js';
import { introspectionEndpoint } from '../endpoints/introspection.endpoint.js';
import { createIntrospectionWithoutCredentials } from '../endpoints/introspection-without-credentials.js';
import { jwksEndpoint } from '../endpoints/jwks.endpoint.js';
import { logoEndpoint } from '../endpoints/logo.endpoint.js';
import { passkeySignInEndpoint } from '../endpoints/passkey-sign-in.endpoint.js';
import { hintedProvider } from '../endpoints/provider-visit.js';
import { recognizedSignInEndpoint } from '../endpoints/recognized-sign-in.endpoint.js';
import { registeredClientEndpoint } from '../endpoints/registered-client.endpoint.js';
import { registrationEndpoint } from '../endpoints/registration.endpoint.js';
import { createRequestLimits } from '../endpoints/request-limits.js';
import {
  changePasswordEndpoint,
  chooseNewPasswordEndpoint,
  resetPasswordEndpoint,
} from '../endpoints/reset-password.endpoint.js';
import { revocationEndpoint } from '../endpoints/revocation.endpoint.js';
import { secondFactorEndpoint } from '../endpoints/second-factor.endpoint.js';
import { selectAccountEndpoint } from '../endpoints/select-account.endpoint.js';
import { signInEndpoint, switchAccountEndpoint } from '../endpoints/sign-in.endpoint.js';
import { completeSignUpEndpoint, signUpEndpoint } from '../endpoints/sign-up.endpoint.js';
import { createSilentSignIn } from '../endpoints/silent-sign-in.js';
import { stepUpEndpoint } from '../endpoints/step-up.endpoint.js';
import { tokenEndpoint } from '../endpoints/token.endpoint.js';
import { userinfoEndpoint } from '../endpoints/userinfo.endpoint.js';
import { authorizationCodeGrant } from '../grants/authorization-code.grant.js';
import { clientCredentialsGrant } from '../grants/client-credentials.grant.js';
import { createClientTokenBound } from '../grants/client-token-bound.js';
import type { Grant } from '../grants/grant-type.js';
import { refreshTokenGrant } from '../grants/refresh-token.grant.js';
import { createReuseEvents } from '../grants/reuse.js';
import { createSealedResponses } from '../grants/sealed-responses.js';
import type { Endpoints } from '../http/routes.js';
import { version } from '../version.js';
import { accountSections } from './account.js';
import { recognizeUserOf } from './application.js';
import { brandingPolicy } from './brand.js';
import type { ServerDependencies } from './dependencies.js';
import { bypassesDirectoryOf } from './directory.js';
import { emailSignInEndpoints } from './email-sign-in.js';
import { hookedEndpoints } from './hooks.js';
import { providerEndpoints } from './providers.js';
import type { Services } from './services.js';
import { signInWays } from './sign-in-ways.js';
import { signOutEndpoints } from './sign-out.js';

/** The endpoints of the specifications, and their pages. */
export function protocolEndpoints(dependencies: ServerDependencies, services: Services): Endpoints {
  const { config, store, clock, keyring, limits } = dependencies;
  const { issuer, sessionSeconds } = config;
  const { accessTokens, authenticate, dynamicRegistration, flow, issuance } = services;
  const { requestObjects, scopes, sessionStates, signIns, signInWithPassword, subjectOf, tickets } = services;
  const forTickets = {
    signIns,
    tickets,
    spentTickets: store.spentTickets,
    signedRequestsOnly: services.policy.requireSignedRequestObjects,
  };
  const { factorPolicy, factorSteps } = services;
  /** What every way to sign in needs to complete it. */
  const forSignIn = {
    ...forTickets,
    flow,
    sessionSeconds,
    sessionStates,
    factorPolicy,
    factorSteps,
    bypassesDirectory: bypassesDirectoryOf(dependencies),
    noticeNewBrowser: services.noticeNewBrowser,
  };
  const forSignInPage = {
    ...forSignIn,
    logos: services.logoCopies,
    branding: brandingPolicy(dependencies),
    ways: signInWays(config, services.mail.mailer.isConfigured, services.providers),
    passkeys: services.passkeys,
  };
  const signInForm = signInEndpoint({ ...forSignInPage, signInWithPassword });
  const recognizeUser = recognizeUserOf(dependencies, services);
  const requestLimits = requestLimitsOf(dependencies);
  const { logoCopies } = services;
  const { passwordMinLength } = config;
  const signUpDependencies = {
    ...forSignIn,
    signUp: services.signUp,
    passwordMinLength,
    isOpen: config.signUp === 'open',
  };
  const resetDependencies = { ownLogin: services.ownLogin, passwordMinLength };
  return {
    authorization: authorizationEndpoint({
      flow,
      signIns,
      tickets,
      requestObjects,
      limits: requestLimits.authorization,
      hintedProvider: (parameters) => hintedProvider(services.providers, parameters),
      signInSilently: recognizeUser && createSilentSignIn({ ...forSignIn, recognizeUser, clock }),
    }),
    token: tokenEndpoint({
      limits: requestLimits.token,
      authenticate,
      grants: grantsOf(dependencies, services),
      issuance,
      refuseSelfRegistered: services.refuseSelfRegistered,
    }),
    userinfo: userinfoEndpoint(services),
    revocation: revocationEndpoint({
      ...store,
      authenticate,
      accessTokens,
      createEvent: services.createEvent,
      clock,
    }),
    introspection: introspectionEndpoint({
      limits: requestLimits.introspection,
      issuer,
      authenticate,
      accessTokens,
      grants: store.grants,
      keyring,
      subjectOf,
      withoutCredentials: createIntrospectionWithoutCredentials({
        clients: store.clients,
        accessTokens,
        refuseForeignOrigin: services.refuseForeignOrigin,
        limits,
        clock,
      }),
      clock,
    }),
    ...signOutEndpoints(dependencies, services),
    checkSession: sessionStates === undefined ? undefined : checkSessionEndpoint(issuer),
    jwks: jwksEndpoint(keyring),
    metadata: metadataEndpoint(scopes, {
      issuer,
      sessionManagement: sessionStates !== undefined,
      registration: config.registration !== 'off',
      policy: services.policy,
      algorithms: config.signingAlgorithms,
      contexts: services.factorPolicy.contexts,
    }),
    signIn:
      recognizeUser === undefined
        ? signInForm
        : recognizedSignInEndpoint(signInForm, { ...forSignIn, recognizeUser }),
    passkeySignIn:
      services.signInWithPasskey &&
      passkeySignInEndpoint({ ...forSignInPage, signInWithPasskey: services.signInWithPasskey }),
    ...emailSignInEndpoints(services.emailSignIn, forSignIn),
    secondFactor: secondFactorEndpoint({ ...forSignIn, ...services }),
    stepUp: stepUpEndpoint(forSignIn),
    enrolment: enrolmentEndpoint({ ...forSignIn, ...services }),
    ...providerEndpoints(dependencies, services, forSignIn),
    switchAccount: switchAccountEndpoint(forTickets),
    selectAccount: selectAccountEndpoint({ ...forTickets, flow }),
    consent: consentEndpoint({
      ...forTickets,
      flow,
      findConsent: services.findConsent,
      createEvent: services.createEvent,
      dynamicClients: store.dynamicClients,
      scopes,
      texts: dependencies.texts,
      logos: logoCopies,
      branding: forSignInPage.branding,
    }),
    account: accountEndpoint({
      signIns,
      sections: accountSections(dependencies, services, forSignIn),
      clock,
    }),
    logo: logoEndpoint(async (id) => (await store.clientLogos.find(id)) ?? logoCopies.find(id)),
    accent: config.clientBranding === 'off' ? undefined : accentEndpoint(dependencies.brand),
    signUp: config.signUp === 'open' ? signUpEndpoint(signUpDependencies) : undefined,
    completeSignUp: config.signUp === 'off' ? undefined : completeSignUpEndpoint(signUpDependencies),
    resetPassword: services.mail.mailer.isConfigured ? resetPasswordEndpoint(resetDependencies) : undefined,
    chooseNewPassword: services.mail.mailer.isConfigured
      ? chooseNewPasswordEndpoint(resetDependencies)
      : undefined,
    changePassword: changePasswordEndpoint(),
    devMail: dependencies.mailCatcher === undefined ? undefined : devMailEndpoint(dependencies.mailCatcher),
    health: healthEndpoint(store, clock),
    home: homeEndpoint(issuer, version),
    registration: registrationEndpoint({
      issuer,
      registration: dynamicRegistration,
      fromBrowsers: config.registrationFromBrowsers === 'on',
      browserThrottle: createRegistrationThrottle(
        limits,
        'registrations by address, from pages',
        config.registrationsPerHour,
      ),
      throttle: createRegistrationThrottle(limits, 'registrations by address', config.registrationsPerHour),
    }),
    registeredClient: registeredClientEndpoint(
      issuer,
      dynamicRegistration,
      createRegistrationThrottle(limits, 'updates of registrations by address', config.registrationsPerHour),
    ),
    continueSignIn: undefined,
    continueConsent: undefined,
    ...hookedEndpoints(dependencies, services, forSignIn),
  };
}

function requestLimitsOf({ config, limits }: ServerDependencies) {
  return {
    token: createRequestLimits(limits, 'token requests', {
      perAddress: config.tokenRequestsPerMinutePerAddress,
      perClient: config.tokenRequestsPerMinutePerClient,
    }),
    authorization: createRequestLimits(limits, 'authorization requests', {
      perAddress: config.authorizationsPerMinutePerAddress,
      perClient: config.authorizationsPerMinutePerClient,
    }),
    introspection: createRequestLimits(limits, 'introspection requests', {
      perAddress: config.introspectionsPerMinutePerAddress,
      perClient: config.introspectionsPerMinutePerClient,
    }),
  };
}

function grantsOf(
  { config, keys, store, clock, random, memory }: ServerDependencies,
  services: Services,
): readonly Grant[] {
  const { refreshRetrySeconds } = config;
  const createReuseEvent = createReuseEvents(services.createEvent);
  const grants = [
    authorizationCodeGrant(store.grants, services, clock, createReuseEvent),
    clientCredentialsGrant(
      createClientTokenBound(store.clientTokens, memory, clock),
      services.resources,
      services.scopes,
    ),
    ...services.compatibility.grants,
    refreshTokenGrant({
      grants: store.grants,
      scopes: services.scopes,
      resources: services.resources,
      sealedResponses: createSealedResponses(keys, random),
      clock,
      retrySeconds: refreshRetrySeconds,
      createReuseEvent,
      lifetimes: services.issuance.lifetimes,
    }),
  ];
  return grants.filter(({ type }) => services.policy.grantTypes.includes(type));
}
