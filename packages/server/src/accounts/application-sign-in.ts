import type { Clock } from '../crypto/clock.js';
import type { AccountStore } from '../storage/ports/index.js';
import type { Authenticate, AuthenticatedApplicationUser } from './application.js';
import { passwordContext } from './authentication-context.js';
import type { SignInExternally } from './external-identity.js';
import type { KnownBrowsers } from './known-browsers.js';
import { operatorProvider } from './operator-users.js';
import type { SignInWithPassword } from './password-sign-in.js';
import type { SignInEvents } from './sign-in-events.js';
import type { SignInAttempt, SignInThrottle } from './throttle.js';
import { normalizeUsername } from './username.js';

export interface ApplicationSignInDependencies {
  readonly authenticate: Authenticate;
  readonly accounts: Pick<AccountStore, 'findByLogin'>;
  readonly throttle: SignInThrottle;
  readonly knownBrowsers: KnownBrowsers;
  readonly events: Pick<SignInEvents, 'refused'>;
  readonly signInExternally: SignInExternally;
  readonly clock: Clock;
  /** Called for a user who has authenticated, but whose username or email address belongs to another account. */
  readonly onConflict: (subject: string) => void;
}

/** How the user authenticated with a password that the application has checked. */
export function authenticationOf({ acr, amr }: AuthenticatedApplicationUser, authTime: number) {
  return { authTime, acr: acr ?? passwordContext, amr: amr ?? ['pwd'] };
}

/**
 * Signs in with a password that the application checks. Attempts are counted as for passwords of the server's own
 * accounts, by the username that was typed.
 */
export function createApplicationSignIn(dependencies: ApplicationSignInDependencies): SignInWithPassword {
  const { authenticate, accounts, throttle, knownBrowsers, events, signInExternally, clock } = dependencies;
  return async (login, password, { address, knownBrowserCookie }) => {
    const addressWait = await throttle.admitAddress(address);
    if (addressWait > 0) {
      return { outcome: 'throttled', retryAfterSeconds: addressWait, accountId: undefined };
    }
    const normal = normalizeUsername(login);
    const account = normal === '' ? undefined : await accounts.findByLogin(normal);
    const knownBrowser = account && knownBrowsers.find(knownBrowserCookie, account);
    const attempt: SignInAttempt = { login: normal, address, knownBrowser };
    const retryAfterSeconds = await throttle.admitLogin(attempt);
    if (retryAfterSeconds > 0) {
      await events.refused(account, address, 'too_many_attempts');
      return { outcome: 'throttled', retryAfterSeconds, accountId: account?.id };
    }
    const user =
      normal === '' ? undefined : await authenticate({ username: login.trim(), password }, { address });
    if (user === undefined) {
      await events.refused(account, address, 'wrong_password');
      return { outcome: 'refused', accountId: account?.id };
    }
    const { id: subject, claims = {} } = user;
    const signedIn = await signInExternally({
      provider: operatorProvider,
      subject,
      claims: { ...claims },
      authentication: authenticationOf(user, clock()),
      address,
    });
    if (signedIn.outcome === 'needsLinking') dependencies.onConflict(subject);
    if (signedIn.outcome !== 'authenticated') return { outcome: 'refused', accountId: account?.id };
    await throttle.succeeded(attempt);
    return signedIn;
  };
}
