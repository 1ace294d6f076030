import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { Outbound } from '../outbound/outbound.js';
import type { ProviderSettings } from './expand-provider.js';
import { createGitHubProvider } from './github-provider.js';
import { createOpenIdProvider } from './openid-provider.js';
import type { UpstreamProvider } from './provider.js';
import { createProviderCalls } from './provider-calls.js';

export interface ProviderDependencies {
  /** Trusts the hosts of the providers (`hostsOf`). */
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly random: Random;
  /** Limits the accounts that are created from one network address. */
  readonly admitNewAccount: (address: string) => Promise<number>;
}

/** The providers of the configuration, by ID, in its order. */
export type Providers = ReadonlyMap<string, UpstreamProvider>;

export function createProviders(
  settings: readonly ProviderSettings[],
  { outbound, clock, random, admitNewAccount }: ProviderDependencies,
): Providers {
  return new Map(
    settings.map((provider): [string, UpstreamProvider] => {
      const { id, name, trust, createsAccounts, domains, vouchesForMethods } = provider;
      const dependencies = { calls: createProviderCalls(outbound, id), clock, random };
      const protocol =
        provider.kind === 'github'
          ? createGitHubProvider(provider, dependencies)
          : createOpenIdProvider(provider, dependencies);
      const postsForm = provider.kind === 'openid' && provider.postsForm;
      const signOut = provider.kind === 'openid' ? provider.signOut : 'never';
      const external = { id, trust, createsAccounts, admitNewAccount };
      return [id, { ...protocol, name, external, domains, postsForm, vouchesForMethods, signOut }];
    }),
  );
}

/** The hosts that the operator named, which may be private. */
export function hostsOf(settings: readonly ProviderSettings[]): readonly string[] {
  return settings.map(
    (provider) => new URL(provider.kind === 'github' ? provider.apiUrl : provider.issuer).host,
  );
}

/** The provider of an email address, by its domain. */
export function providerOfEmail(providers: Providers, email: string): string | undefined {
  return providerOfDomain(providers, email.slice(email.lastIndexOf('@') + 1));
}

/** The provider that a hint names: by its ID, or by a domain of its users. No other hint has an effect. */
export function providerOfHint(providers: Providers, hint: string): string | undefined {
  return providers.has(hint) ? hint : providerOfDomain(providers, hint);
}

function providerOfDomain(providers: Providers, domain: string): string | undefined {
  const wanted = domain.toLowerCase();
  return [...providers].find(([, { domains }]) => domains.includes(wanted))?.[0];
}
