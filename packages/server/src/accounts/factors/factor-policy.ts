import type {
  AccountRecord,
  Authentication,
  EnrolledFactors,
  SecondFactorStore,
} from '../../storage/ports/index.js';
import {
  type AddedFactor,
  type AuthenticationContext,
  multiFactorContext,
  passkeyContext,
  passwordContext,
  satisfies,
  unspecifiedContext,
  withFactor,
} from '../authentication-context.js';
import type { AuthenticatedUser } from '../sign-in.js';
import type { RememberedDevices } from './remembered-devices.js';

/**
 * Who needs a second factor after the first: no user, those who set up an authenticator app, also all administrators, or
 * all users.
 */
export const secondFactorPolicies = ['off', 'optional', 'administrators', 'everybody'] as const;

export type SecondFactorPolicy = (typeof secondFactorPolicies)[number];

/** A factor that a user can add to another one. */
export type FactorKind = 'totp' | 'recoveryCode' | 'passkey';

/** What each factor adds (RFC 8176 §2). `otp` is a one-time password, which a recovery code is too. */
export const addedFactors: Readonly<Record<FactorKind, AddedFactor>> = {
  totp: { amr: ['otp'], context: multiFactorContext },
  recoveryCode: { amr: ['otp'], context: multiFactorContext },
  // Whether the key is in hardware is not proven: `pop` says no more than that the user has the key.
  passkey: { amr: ['pop', 'user'], context: passkeyContext },
};

/** What follows the first factor of a sign-in. */
export type AfterFirstFactor = 'session' | 'secondFactor' | 'enrolment';

/** Decides which factors a user needs. */
export interface FactorPolicy {
  /** Whether users may set up an authenticator app. */
  readonly allowsTotp: boolean;
  readonly allowsPasskeys: boolean;
  /** Whether the deployment requires a second factor of this user. */
  isRequired(account: Pick<AccountRecord, 'isAdmin'>): boolean;
  /** @param deviceCookie the cookie that remembers the browser */
  afterFirst(user: AuthenticatedUser, deviceCookie: string | undefined): Promise<AfterFirstFactor>;
  /** The factors that the user has set up, and may use now. */
  factorsOf(account: Pick<AccountRecord, 'id'>): Promise<readonly FactorKind[]>;
  /** Every context that sign-ins to this deployment can reach, the weakest first. */
  readonly contexts: readonly AuthenticationContext[];
}

export interface FactorPolicyDependencies {
  readonly secondFactor: SecondFactorPolicy;
  readonly hasPasskeys: boolean;
  readonly factors: Pick<SecondFactorStore, 'enrolledBy'>;
  readonly devices: Pick<RememberedDevices, 'isRemembered'>;
}

export function createFactorPolicy({
  secondFactor,
  hasPasskeys: allowsPasskeys,
  factors,
  devices,
}: FactorPolicyDependencies): FactorPolicy {
  const allowsTotp = secondFactor !== 'off';
  const isRequired: FactorPolicy['isRequired'] = ({ isAdmin }) =>
    secondFactor === 'everybody' || (secondFactor === 'administrators' && isAdmin);
  const usable = ({ hasTotp, passkeys, recoveryCodes }: EnrolledFactors): readonly FactorKind[] => [
    ...(allowsTotp && hasTotp ? (['totp'] as const) : []),
    ...(allowsPasskeys && passkeys > 0 ? (['passkey'] as const) : []),
    ...(allowsTotp && recoveryCodes > 0 ? (['recoveryCode'] as const) : []),
  ];
  return {
    allowsTotp,
    allowsPasskeys,
    isRequired,
    contexts: [
      unspecifiedContext,
      passwordContext,
      ...(allowsTotp || allowsPasskeys ? [multiFactorContext] : []),
      ...(allowsPasskeys ? [passkeyContext] : []),
    ],
    async afterFirst({ account, authentication }, deviceCookie) {
      if (!allowsTotp || isMultiFactor(authentication)) return 'session';
      const enrolled = usable(await factors.enrolledBy(account.id));
      const required = isRequired(account);
      // A passkey alone asks for nothing after a password: its owner may not have it in this browser.
      const asked = enrolled.includes('totp') || (required && enrolled.length > 0);
      if (!asked) return required ? 'enrolment' : 'session';
      return (await devices.isRemembered(account.id, deviceCookie)) ? 'session' : 'secondFactor';
    },
    factorsOf: async ({ id }) => usable(await factors.enrolledBy(id)),
  };
}

/** Whether two factors were used. An external server can say so with `amr` alone (RFC 8176 §2). */
export function isMultiFactor({ acr, amr }: Authentication): boolean {
  return satisfies(acr, multiFactorContext) || amr.includes('mfa');
}

/** The factors among these that reach one of the required contexts. @param accepted empty for any context */
export function factorsFor(
  first: Authentication,
  available: readonly FactorKind[],
  accepted: readonly string[],
): readonly FactorKind[] {
  return available.filter((kind) => {
    const { acr } = withFactor(first, addedFactors[kind]);
    return accepted.length === 0 || accepted.some((required) => satisfies(acr, required));
  });
}
