import type { Clock } from '../crypto/clock.js';
import type { FindSignedInUser, SignedInApplicationUser } from './application.js';
import { authenticationOf } from './application-sign-in.js';
import type { SignInExternally } from './external-identity.js';
import { operatorProvider } from './operator-users.js';
import type { AuthenticatedUser } from './sign-in.js';

/** How far the clock of the application may be ahead, in seconds. */
const CLOCK_TOLERANCE = 60;

/**
 * Recognizes a user who is signed in to the application that the server is embedded in. It opens no session.
 *
 * @param earliest when the user must have authenticated at the earliest, in seconds since the epoch; undefined for any time
 * @returns undefined for a request without such a user
 * @throws TypeError if the application names a time in the future
 */
export type RecognizeUser = (
  request: { readonly headers: Headers; readonly address: string },
  earliest: number | undefined,
) => Promise<AuthenticatedUser | undefined>;

export interface RecognizeUserDependencies {
  readonly signedInUser: FindSignedInUser;
  readonly signInExternally: SignInExternally;
  readonly clock: Clock;
}

export function createRecognizeUser({
  signedInUser,
  signInExternally,
  clock,
}: RecognizeUserDependencies): RecognizeUser {
  return async ({ headers, address }, earliest) => {
    const user = await signedInUser({ headers });
    if (user === undefined) return undefined;
    const authTime = signInTimeOf(user, clock());
    if (earliest !== undefined && authTime < earliest) return undefined;
    const signedIn = await signInExternally({
      provider: operatorProvider,
      subject: user.id,
      claims: { ...user.claims },
      authentication: authenticationOf(user, authTime),
      address,
    });
    return signedIn.outcome === 'authenticated' ? signedIn.user : undefined;
  };
}

/** @throws TypeError for a time in the future: in milliseconds, every sign-in would count as recent */
function signInTimeOf({ authTime }: SignedInApplicationUser, now: number): number {
  if (authTime <= now + CLOCK_TOLERANCE) return Math.min(Math.floor(authTime), now);
  throw new TypeError(
    'signedInUser returned an authTime that is no time in the past. Return seconds since the epoch, not milliseconds',
  );
}
