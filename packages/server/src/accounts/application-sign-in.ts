import type { Clock } from '../crypto/clock.js';
import { type AttemptDependencies, admitAttempt } from './admit-attempt.js';
import type { Authenticate, AuthenticatedApplicationUser } from './application.js';
import { passwordContext } from './authentication-context.js';
import type { SignInExternally } from './external-identity.js';
import { operatorProvider } from './operator-users.js';
import type { SignInWithPassword } from './password-sign-in.js';

export interface ApplicationSignInDependencies extends AttemptDependencies {
  readonly authenticate: Authenticate;
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
  const { authenticate, throttle, events, signInExternally, clock } = dependencies;
  return async (login, password, origin) => {
    const admitted = await admitAttempt(dependencies, login, origin);
    if (admitted.outcome === 'throttled') return admitted;
    const { attempt, account } = admitted;
    const { address } = origin;
    const user =
      attempt.login === ''
        ? undefined
        : await authenticate({ username: login.trim(), password }, { address });
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
