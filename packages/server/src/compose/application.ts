import type { AccountManagement } from '../accounts/account-management.js';
import { createApplicationSignIn } from '../accounts/application-sign-in.js';
import { type CurrentClaims, claimsOfAccount, createCurrentClaims } from '../accounts/current-claims.js';
import type { SignInExternally } from '../accounts/external-identity.js';
import type { KnownBrowsers } from '../accounts/known-browsers.js';
import type { SignInWithPassword } from '../accounts/password-sign-in.js';
import { createRecognizeUser, type RecognizeUser } from '../accounts/recognize-user.js';
import type { SignInEvents } from '../accounts/sign-in-events.js';
import type { SignInThrottle } from '../accounts/throttle.js';
import type { CreateEvent } from '../audit/events.js';
import type { ServerDependencies } from './dependencies.js';

/** How the application checks passwords; undefined where the server does. */
export function applicationSignIn(
  { application: { authenticate }, store, clock, log }: ServerDependencies,
  services: {
    readonly throttle: SignInThrottle;
    readonly knownBrowsers: KnownBrowsers;
    readonly events: SignInEvents;
    readonly signInExternally: SignInExternally;
  },
): SignInWithPassword | undefined {
  if (authenticate === undefined) return undefined;
  return createApplicationSignIn({
    ...services,
    authenticate,
    accounts: store.accounts,
    clock,
    onConflict: (subject) =>
      log.error('a user cannot sign in: another account has the username or the email address', { subject }),
  });
}

/** Where the claims of tokens come from. */
export function currentClaimsOf(
  { application: { users }, store }: ServerDependencies,
  services: { readonly management: AccountManagement; readonly createEvent: CreateEvent },
): CurrentClaims {
  if (users === undefined) return claimsOfAccount;
  return createCurrentClaims({ ...services, users, identities: store.externalIdentities });
}

/** How users who are signed in to the application are recognized; undefined without such an application. */
export function recognizeUserOf(
  { application: { signedInUser }, clock }: ServerDependencies,
  { signInExternally }: { readonly signInExternally: SignInExternally },
): RecognizeUser | undefined {
  if (signedInUser === undefined) return undefined;
  return createRecognizeUser({ signedInUser, signInExternally, clock });
}
