import { createFactorNotices, type WithFactorNotice } from '../accounts/factors/factor-notices.js';
import { createFactorPolicy, type FactorPolicy } from '../accounts/factors/factor-policy.js';
import { createFactorSteps, type FactorSteps } from '../accounts/factors/factor-steps.js';
import { createPasskeyChallenges } from '../accounts/factors/passkey-challenges.js';
import {
  type AddPasskey,
  createAddPasskey,
  createPasskeySignIn,
  type SignInWithPasskey,
} from '../accounts/factors/passkey-sign-in.js';
import { createPasskeys, type Passkeys } from '../accounts/factors/passkeys.js';
import { relyingPartyOf } from '../accounts/factors/relying-party.js';
import { createRememberedDevices, type RememberedDevices } from '../accounts/factors/remembered-devices.js';
import {
  createReplaceRecoveryCodes,
  type ReplaceRecoveryCodes,
} from '../accounts/factors/replace-recovery-codes.js';
import { type AddCode, createAddCode } from '../accounts/factors/second-factor.js';
import { createTotpEnrolment, type TotpEnrolment } from '../accounts/factors/totp-enrolment.js';
import type { KnownBrowsers } from '../accounts/known-browsers.js';
import type { SignInEvents } from '../accounts/sign-in-events.js';
import type { SignInThrottle } from '../accounts/throttle.js';
import type { CreateEvent } from '../audit/events.js';
import { currentOnly } from '../crypto/deployment-keys.js';
import { createSealer } from '../crypto/seal.js';
import type { Mailer } from '../mail/mailer.js';
import type { ServerDependencies } from './dependencies.js';
import { resetHrefOf } from './other-sign-ins.js';

const DAY_SECONDS = 86_400;

/** What users have besides their password, and when it is asked for. */
export interface SecondFactors {
  readonly factorPolicy: FactorPolicy;
  readonly factorSteps: FactorSteps;
  readonly addCode: AddCode;
  readonly addPasskey: AddPasskey;
  readonly totpEnrolment: TotpEnrolment;
  readonly replaceRecoveryCodes: ReplaceRecoveryCodes;
  readonly devices: RememberedDevices;
  /** Undefined, as the next one, if the operator turned passkeys off, or if browsers allow none at the issuer. */
  readonly passkeys: Passkeys | undefined;
  readonly signInWithPasskey: SignInWithPasskey | undefined;
  /** Mails users about changes of their factors. */
  readonly withFactorNotice: WithFactorNotice;
}

export function createSecondFactors(
  dependencies: ServerDependencies,
  services: {
    readonly throttle: SignInThrottle;
    readonly knownBrowsers: KnownBrowsers;
    readonly events: SignInEvents;
    readonly createEvent: CreateEvent;
    readonly mailer: Mailer;
  },
): SecondFactors {
  const { config, keys, store, clock, random, limits } = dependencies;
  const { throttle, createEvent, mailer } = services;
  const factors = store.secondFactors;
  const totpKeys = createSealer(keys, 'totp-keys', random);
  const devices = createRememberedDevices({
    devices: store.rememberedDevices,
    clock,
    random,
    seconds: config.rememberDeviceDays * DAY_SECONDS,
  });
  const withFactorNotice = createFactorNotices({ mailer, limits, clock, resetHref: resetHrefOf(config) });
  const passkeys = createPasskeysOf(dependencies, withFactorNotice);
  return {
    factorPolicy: createFactorPolicy({
      secondFactor: config.secondFactor,
      hasPasskeys: passkeys !== undefined,
      factors,
      devices,
    }),
    factorSteps: createFactorSteps({
      sealer: createSealer(currentOnly(keys), 'second-factor', random),
      accounts: store.accounts,
      spent: store.spentTickets,
      clock,
      random,
    }),
    addCode: createAddCode({ ...services, factors, sealer: totpKeys, limits, withFactorNotice, clock }),
    addPasskey: createAddPasskey(passkeys, throttle),
    totpEnrolment: createTotpEnrolment({
      factors,
      sealer: totpKeys,
      setupSealer: createSealer(currentOnly(keys), 'totp-setup', random),
      service: new URL(config.issuer).host,
      createEvent,
      withFactorNotice,
      clock,
      random,
    }),
    replaceRecoveryCodes: createReplaceRecoveryCodes(factors, createEvent, random),
    devices,
    passkeys,
    withFactorNotice,
    signInWithPasskey: passkeys && createPasskeySignIn({ passkeys, throttle, clock }),
  };
}

function createPasskeysOf(
  { config, keys, store, clock, random }: ServerDependencies,
  withFactorNotice: WithFactorNotice,
): Passkeys | undefined {
  const relyingParty = config.passkeys === 'on' ? relyingPartyOf(config.issuer) : undefined;
  if (relyingParty === undefined) return undefined;
  const challenges = createPasskeyChallenges({
    sealer: createSealer(currentOnly(keys), 'passkey-challenge', random),
    spent: store.spentTickets,
    clock,
    random,
  });
  return createPasskeys({
    relyingParty,
    service: relyingParty.id,
    passkeys: store.passkeys,
    challenges,
    withFactorNotice,
    clock,
  });
}
