import { currentOnly } from '../crypto/deployment-keys.js';
import { createSealer } from '../crypto/seal.js';
import { type LogoutDependencies, logoutEndpoint, signOutEndpoint } from '../endpoints/logout.endpoint.js';
import { createSignOutAtProvider } from '../endpoints/provider-sign-out.js';
import { continueSignOutEndpoint, createSignOutReturns } from '../endpoints/sign-out-return.js';
import type { Endpoints } from '../http/routes.js';
import { createLogoutRequests } from '../logout/logout-requests.js';
import type { ServerDependencies } from './dependencies.js';
import { operatorSignOutOf } from './hooks.js';
import type { Services } from './services.js';

/** The endpoints with which a user signs out here, and where they come back to from a sign-out elsewhere. */
export function signOutEndpoints(
  dependencies: ServerDependencies,
  services: Services,
): Pick<Endpoints, 'logout' | 'signOut' | 'continueSignOut'> {
  const { config, keys, keyring, store, clock, random, log } = dependencies;
  const { issuer } = config;
  const returns = createSignOutReturns(createSealer(currentOnly(keys), 'sign-out-return', random), clock);
  const logout: LogoutDependencies = {
    clients: store.clients,
    keyring,
    issuer,
    signIns: services.signIns,
    subjectOf: services.subjectOf,
    asksBeforeRedirect: services.asksBeforeRedirect,
    requests: createLogoutRequests(createSealer(currentOnly(keys), 'logout-request', random), clock),
    operatorSignOut: operatorSignOutOf(dependencies, returns),
    signOutAtProvider: createSignOutAtProvider({
      issuer,
      providers: services.providers,
      providerSessions: services.providerSessions,
      returns,
      onUnavailable: (provider, error) =>
        log.info('a user could not sign out at a provider', { provider, reason: error.message }),
    }),
  };
  return {
    logout: logoutEndpoint(logout),
    signOut: signOutEndpoint(logout),
    continueSignOut: continueSignOutEndpoint(returns),
  };
}
