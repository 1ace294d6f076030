import { createProviderSessions, type ProviderSessions } from '../accounts/provider-sessions.js';
import type { SignInEvents } from '../accounts/sign-in-events.js';
import { currentOnly } from '../crypto/deployment-keys.js';
import { createSealer } from '../crypto/seal.js';
import { connectProviderEndpoint } from '../endpoints/connect-provider.endpoint.js';
import {
  type ProviderCallbackDependencies,
  providerCallbackEndpoint,
} from '../endpoints/provider-callback.endpoint.js';
import { providerLogoutEndpoint } from '../endpoints/provider-logout.endpoint.js';
import { providerSignInEndpoint } from '../endpoints/provider-sign-in.endpoint.js';
import type { Endpoints } from '../http/routes.js';
import { createOutbound } from '../outbound/create-outbound.js';
import { createNameLookup } from '../outbound/name-lookup.js';
import type { EndedSession } from '../storage/ports/index.js';
import { createAddressLimit } from '../throttling/address-limit.js';
import { waitOf } from '../throttling/limit.js';
import { createProviders, hostsOf, type Providers } from '../upstream/create-providers.js';
import { expandProvider } from '../upstream/expand-provider.js';
import { createPendingIdentities, type PendingIdentities } from '../upstream/pending-identities.js';
import { createProviderStates, type ProviderStates } from '../upstream/provider-states.js';
import type { ServerDependencies } from './dependencies.js';
import type { ExternalAccounts } from './external-sign-in.js';
import { areOtherSignInsOpen } from './other-sign-ins.js';

/** How many accounts are created from one network address within an hour. */
const NEW_ACCOUNTS_PER_HOUR = 100;

/** How many logout tokens from one network address are refused within 15 minutes. */
const REFUSED_LOGOUTS = 100;

/** The parts of sign-ins at providers that several endpoints use. */
export interface ProviderServices {
  readonly providers: Providers;
  readonly providerStates: ProviderStates;
  readonly pendingIdentities: PendingIdentities;
  readonly providerSessions: ProviderSessions;
}

export function createProviderServices({
  config,
  keys,
  clock,
  random,
  limits,
}: ServerDependencies): ProviderServices {
  const settings = areOtherSignInsOpen(config) ? config.providers.map(expandProvider) : [];
  const newAccounts = createAddressLimit(limits.exact, {
    name: 'accounts of providers by address',
    points: NEW_ACCOUNTS_PER_HOUR,
    windowSeconds: 3600,
  });
  const providers = createProviders(settings, {
    // Of its own: the hosts of providers may be private, and URLs of clients must not reach them.
    outbound: createOutbound({
      allowedHosts: [...config.outboundHosts, ...hostsOf(settings)],
      lookup: createNameLookup({ servers: config.outboundDnsServers }),
    }),
    clock,
    random,
    admitNewAccount: async (address) => waitOf(await newAccounts.count(address)),
  });
  return {
    providers,
    providerStates: createProviderStates(
      createSealer(currentOnly(keys), 'provider-state', random),
      clock,
      random,
    ),
    pendingIdentities: createPendingIdentities(
      createSealer(currentOnly(keys), 'provider-identity', random),
      clock,
    ),
    providerSessions: createProviderSessions(createSealer(keys, 'provider-id-token', random)),
  };
}

/** The pages between this server and a provider. */
export function providerEndpoints(
  { config, store, clock, limits }: ServerDependencies,
  services: ProviderServices &
    ExternalAccounts & {
      readonly signInEvents: SignInEvents;
      readonly onSessionEnded: (ended: EndedSession) => void;
    },
  common: Omit<
    ProviderCallbackDependencies,
    | 'issuer'
    | 'states'
    | 'providers'
    | 'signInExternally'
    | 'pendingIdentities'
    | 'providerSessions'
    | 'limit'
    | 'clock'
  >,
): Pick<Endpoints, 'providerSignIn' | 'providerCallback' | 'providerLogout' | 'connectProvider'> {
  const { providers, providerStates: states, pendingIdentities, signInExternally } = services;
  const { providerSessions } = services;
  const visits = { ...common, issuer: config.issuer, states, providers, clock };
  return {
    providerSignIn: providerSignInEndpoint(visits),
    providerCallback: providerCallbackEndpoint({
      ...visits,
      signInExternally,
      pendingIdentities,
      providerSessions,
      limit: createAddressLimit(limits.exact, {
        name: 'sign-ins at providers by address',
        points: config.signInsPerAddress,
        windowSeconds: 900,
      }),
    }),
    connectProvider: connectProviderEndpoint({ ...visits, identities: services.linkedIdentities }),
    providerLogout: providerLogoutEndpoint({
      providers,
      sessions: store.sessions,
      events: services.signInEvents,
      limit: createAddressLimit(limits.exact, {
        name: 'refused logout tokens by address',
        points: REFUSED_LOGOUTS,
        windowSeconds: 900,
      }),
      clock,
      onEnded: services.onSessionEnded,
    }),
  };
}
