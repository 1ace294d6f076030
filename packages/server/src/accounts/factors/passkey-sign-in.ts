import type { Clock } from '../../crypto/clock.js';
import { authenticationIn, passkeyContext } from '../authentication-context.js';
import type { AuthenticatedUser } from '../sign-in.js';
import type { SignInThrottle } from '../throttle.js';
import { addedFactors, type FactorKind } from './factor-policy.js';
import type { StepBrowser } from './factor-steps.js';
import type { PasskeyAnswer, Passkeys } from './passkeys.js';
import { withAddedFactor } from './second-factor.js';

export type PasskeyOutcome =
  | { readonly outcome: 'authenticated'; readonly user: AuthenticatedUser }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

/** Authenticates a user with a passkey alone. It opens no session. */
export type SignInWithPasskey = (
  answer: PasskeyAnswer,
  origin: { readonly address: string; readonly browser: StepBrowser },
) => Promise<PasskeyOutcome>;

export interface PasskeySignInDependencies {
  readonly passkeys: Passkeys;
  readonly throttle: Pick<SignInThrottle, 'admitAddress' | 'succeededAt'>;
  readonly clock: Clock;
}

export function createPasskeySignIn({
  passkeys,
  throttle,
  clock,
}: PasskeySignInDependencies): SignInWithPasskey {
  return async (answer, { address, browser }) => {
    const retryAfterSeconds = await throttle.admitAddress(address);
    if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
    const account = await passkeys.verify(answer, browser, undefined);
    if (account === undefined) return { outcome: 'refused' };
    await throttle.succeededAt(address);
    // The key, and what unlocks it: two factors.
    const authentication = authenticationIn(passkeyContext, clock(), [...addedFactors.passkey.amr, 'mfa']);
    return { outcome: 'authenticated', user: { account, authentication, method: 'passkey' } };
  };
}

/** Checks a passkey that follows another factor. It opens no session. */
export type AddPasskey = (
  first: AuthenticatedUser,
  answer: PasskeyAnswer,
  allowed: readonly FactorKind[],
  origin: { readonly address: string; readonly browser: StepBrowser },
) => Promise<PasskeyOutcome>;

/** @param passkeys undefined if users cannot have passkeys */
export function createAddPasskey(
  passkeys: Passkeys | undefined,
  throttle: Pick<SignInThrottle, 'admitAddress' | 'succeededAt'>,
): AddPasskey {
  return async (first, answer, allowed, { address, browser }) => {
    const retryAfterSeconds = await throttle.admitAddress(address);
    if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
    const isAllowed = passkeys !== undefined && allowed.includes('passkey');
    const account = isAllowed ? await passkeys.verify(answer, browser, first.account) : undefined;
    if (account === undefined) return { outcome: 'refused' };
    await throttle.succeededAt(address);
    return { outcome: 'authenticated', user: withAddedFactor(first, 'passkey') };
  };
}
