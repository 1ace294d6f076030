import type { CreateEvent } from '../../audit/events.js';
import { userActor } from '../../audit/events.js';
import type { Clock } from '../../crypto/clock.js';
import type { Sealer } from '../../crypto/seal.js';
import type { SecondFactorStore } from '../../storage/ports/index.js';
import { type Limits, waitOf } from '../../throttling/limit.js';
import { withFactor } from '../authentication-context.js';
import type { KnownBrowsers } from '../known-browsers.js';
import type { AuthenticatedUser, SignInOrigin } from '../sign-in.js';
import type { SignInEvents } from '../sign-in-events.js';
import type { SignInThrottle } from '../throttle.js';
import type { WithFactorNotice } from './factor-notices.js';
import { addedFactors, type FactorKind } from './factor-policy.js';
import { isRecoveryCode, recoveryCodeHash } from './recovery-codes.js';
import { matchingStep } from './totp.js';

/**
 * Wrong codes of the app for one account in an hour and in a day. Three of a million codes are valid at a time. Recovery
 * codes are not counted: they cannot be guessed, and the owner can use one while another user guesses.
 */
const MOST_FAILURES = 10;
const WINDOW_SECONDS = 3600;
const MOST_FAILURES_A_DAY = 30;
const DAY_SECONDS = 86_400;

export type CodeOutcome =
  | { readonly outcome: 'authenticated'; readonly user: AuthenticatedUser }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

/**
 * Checks the code that follows another factor: of the authenticator app, or a recovery code. It opens no session.
 *
 * @param first the user, with what they have proved so far
 * @param allowed the factors that are accepted
 */
export type AddCode = (
  first: AuthenticatedUser,
  code: string,
  allowed: readonly FactorKind[],
  origin: Pick<SignInOrigin, 'address' | 'knownBrowserCookie'>,
) => Promise<CodeOutcome>;

export interface SecondFactorDependencies {
  readonly factors: SecondFactorStore;
  /** Opens the keys of authenticator apps. */
  readonly sealer: Pick<Sealer, 'open'>;
  readonly throttle: Pick<SignInThrottle, 'admitAddress' | 'succeededAt'>;
  readonly limits: Limits;
  readonly knownBrowsers: KnownBrowsers;
  readonly events: Pick<SignInEvents, 'refused'>;
  readonly createEvent: CreateEvent;
  readonly withFactorNotice: WithFactorNotice;
  readonly clock: Clock;
}

export function createAddCode(dependencies: SecondFactorDependencies): AddCode {
  const { factors, sealer, throttle, limits, knownBrowsers, events, createEvent, withFactorNotice, clock } =
    dependencies;
  const failures = limits.exact({
    name: 'second factors by account',
    points: MOST_FAILURES,
    windowSeconds: WINDOW_SECONDS,
  });
  const failuresOfDay = limits.exact({
    name: 'second factors by account and day',
    points: MOST_FAILURES_A_DAY,
    windowSeconds: DAY_SECONDS,
  });

  /** @returns the wait in seconds; 0 if the code may be checked */
  async function admit(counted: string): Promise<number> {
    const wait = waitOf(await failures.count(counted));
    return wait > 0 ? wait : waitOf(await failuresOfDay.count(counted));
  }

  async function succeeded(counted: string): Promise<void> {
    await failures.reset(counted);
    // Not reset: the owner may sign in on a day on which another user guesses.
    await failuresOfDay.refund(counted);
  }

  async function isCodeOfApp(accountId: string, code: string): Promise<boolean> {
    const totp = await factors.findTotp(accountId);
    const key = totp && sealer.open(totp.sealedKey);
    const step = key && matchingStep(Buffer.from(key, 'base64url'), code, clock());
    if (step === undefined || step === '') return false;
    return (await factors.useStep(accountId, step)) === 'accepted';
  }

  async function useRecoveryCode(
    account: AuthenticatedUser['account'],
    code: string,
    address: string,
  ): Promise<boolean> {
    const hash = recoveryCodeHash(code);
    // Simultaneous wrong codes must not use up the mails of the day, which would hide the right code among them.
    if (!(await factors.hasRecoveryCode(account.id, hash))) return false;
    const note = () =>
      createEvent({
        type: 'recovery_code.used',
        actor: userActor(account),
        address,
        target: { type: 'account', id: account.id },
        accountId: account.id,
      });
    return withFactorNotice('recoveryCodeUsed', account, (mails) =>
      factors.useRecoveryCode(account.id, hash, note, mails),
    );
  }

  async function findFactor(
    { account }: AuthenticatedUser,
    code: string,
    allowed: readonly FactorKind[],
    address: string,
  ): Promise<FactorKind | undefined> {
    if (allowed.includes('recoveryCode') && isRecoveryCode(code)) {
      return (await useRecoveryCode(account, code, address)) ? 'recoveryCode' : undefined;
    }
    return allowed.includes('totp') && (await isCodeOfApp(account.id, code)) ? 'totp' : undefined;
  }

  return async (first, code, allowed, { address, knownBrowserCookie }) => {
    const { account } = first;
    const addressWait = await throttle.admitAddress(address);
    if (addressWait > 0) return { outcome: 'throttled', retryAfterSeconds: addressWait };
    // A user who knows the password cannot use up the attempts of the browsers that the owner has used before.
    const counted = JSON.stringify([account.id, knownBrowsers.find(knownBrowserCookie, account)]);
    const retryAfterSeconds = isRecoveryCode(code) ? 0 : await admit(counted);
    if (retryAfterSeconds > 0) {
      await events.refused(account, address, 'too_many_attempts');
      return { outcome: 'throttled', retryAfterSeconds };
    }
    const kind = await findFactor(first, code, allowed, address);
    if (kind === undefined) {
      await events.refused(account, address, 'wrong_second_factor');
      return { outcome: 'refused' };
    }
    if (kind === 'totp') await succeeded(counted);
    await throttle.succeededAt(address);
    return { outcome: 'authenticated', user: withAddedFactor(first, kind) };
  };
}

/** The user after another factor. */
export function withAddedFactor(first: AuthenticatedUser, kind: FactorKind): AuthenticatedUser {
  return {
    ...first,
    authentication: withFactor(first.authentication, addedFactors[kind]),
    method: `${first.method}+${methodNames[kind]}`,
  };
}

/** The factors as the audit trail names them. */
const methodNames: Readonly<Record<FactorKind, string>> = {
  totp: 'totp',
  recoveryCode: 'recovery_code',
  passkey: 'passkey',
};
