import type { ProviderSessions } from '../accounts/provider-sessions.js';
import type { ProviderSession } from '../storage/ports/index.js';
import type { Providers } from '../upstream/create-providers.js';
import { UpstreamError } from '../upstream/provider.js';
import type { BrowserBinding } from './endpoint.js';
import { paths } from './paths.js';
import type { SignOutReturns } from './sign-out-return.js';

/** What remains of a sign-out: the session at the provider where the user signed in. */
export interface ProviderSignOut {
  /** The name of the provider. */
  readonly provider: string;
  /** The logout request to the provider. */
  readonly address: string;
  /** Whether the user is sent there without being asked. */
  readonly isAutomatic: boolean;
}

/**
 * The sign-out at the provider that an ended session came from.
 *
 * @param session of the ended session
 * @param destination where the browser continues after it, checked before
 * @returns undefined if there is nothing to end there, or the provider cannot be reached
 */
export type SignOutAtProvider = (
  session: ProviderSession | undefined,
  destination: string | undefined,
  browser: BrowserBinding,
) => Promise<ProviderSignOut | undefined>;

export interface SignOutAtProviderDependencies {
  readonly issuer: string;
  readonly providers: Providers;
  readonly providerSessions: ProviderSessions;
  readonly returns: SignOutReturns;
  /** Called if the provider cannot be reached, for the log. */
  readonly onUnavailable: (provider: string, error: UpstreamError) => void;
}

/** RP-Initiated Logout 1.0, with this server as the app. */
export function createSignOutAtProvider({
  issuer,
  providers,
  providerSessions,
  returns,
  onUnavailable,
}: SignOutAtProviderDependencies): SignOutAtProvider {
  return async (session, destination, browser) => {
    const provider = session && providers.get(session.provider);
    if (session === undefined || provider === undefined || provider.signOut === 'never') return undefined;
    const request = {
      idToken: providerSessions.idTokenOf(session),
      redirectUri: issuer + paths.continueSignOut[0],
      state: returns.seal(destination, browser),
    };
    try {
      const address = await provider.signOutAddress(request);
      const { name, signOut } = provider;
      return address === undefined
        ? undefined
        : { provider: name, address, isAutomatic: signOut === 'always' };
    } catch (error) {
      // The user is signed out here, whatever the provider does.
      if (!(error instanceof UpstreamError)) throw error;
      onUnavailable(session.provider, error);
      return undefined;
    }
  };
}
