import type { Parameters } from '../protocol/index.js';
import { type Providers, providerOfEmail, providerOfHint } from '../upstream/create-providers.js';
import type { UpstreamProvider, UpstreamRequest } from '../upstream/provider.js';
import type { ProviderPurpose, ProviderStates } from '../upstream/provider-states.js';
import type { EndpointRequest, RedirectResponse } from './endpoint.js';
import { redirect } from './endpoint.js';
import { paths } from './paths.js';

/** What the user is asked at the provider, as far as the reason of the visit decides it. */
export type VisitWishes = Pick<
  UpstreamRequest,
  'mustSignInAgain' | 'mustChooseAccount' | 'maxAge' | 'loginHint' | 'acrValues' | 'uiLocales'
>;

export interface ProviderVisitDependencies {
  readonly issuer: string;
  readonly states: ProviderStates;
}

/** The address that a provider returns users to. One for each provider: against mix-up (RFC 9700 §4.4.2). */
export function providerRedirectUri(issuer: string, providerId: string): string {
  return issuer + paths.providerCallback[0].replace(':provider', providerId);
}

/** The page that starts a sign-in at a provider. */
export function providerPath(providerId: string): string {
  return paths.providerSignIn[0].replace(':provider', providerId);
}

/**
 * Sends the browser to a provider. It costs no row, and no call while the metadata of the provider is cached.
 *
 * @throws UpstreamError `unavailable`
 */
export async function visitProvider(
  { issuer, states }: ProviderVisitDependencies,
  { browser }: EndpointRequest,
  provider: UpstreamProvider,
  visit: { readonly purpose: ProviderPurpose; readonly notBefore: number | undefined },
  wishes: VisitWishes,
): Promise<RedirectResponse> {
  const { id } = provider.external;
  const begun = states.begin({ ...visit, provider: id, browserId: browser.id });
  const { nonce, codeVerifier } = begun;
  const address = await provider.start({
    ...wishes,
    redirectUri: providerRedirectUri(issuer, id),
    state: states.seal(begun),
    nonce,
    codeVerifier,
  });
  return redirect(address);
}

/**
 * The page of the provider that a request means, by `domain_hint` or by the domain of `login_hint`. Only the configuration
 * decides where it leads.
 */
export function hintedProvider(
  providers: Providers,
  { domain_hint: domain, login_hint: login }: Parameters,
): string | undefined {
  const byDomain = domain === undefined ? undefined : providerOfHint(providers, domain);
  const id = byDomain ?? (login?.includes('@') ? providerOfEmail(providers, login) : undefined);
  return id === undefined ? undefined : providerPath(id);
}
