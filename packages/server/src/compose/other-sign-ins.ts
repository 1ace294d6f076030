import type { Config } from '../config/config.js';
import { paths } from '../endpoints/paths.js';
import type { Endpoints } from '../http/routes.js';

/**
 * Whether the ways to sign in of this server are reachable. The operator's sign-in page replaces all of them unless the
 * operator wants both: users could otherwise sign in behind its back, such as with a password that was reset by mail.
 */
export function areOtherSignInsOpen({
  signInUrl,
  otherSignIns,
}: Pick<Config, 'signInUrl' | 'otherSignIns'>): boolean {
  return signInUrl === undefined || otherSignIns === 'on';
}

/** Where a user gets a new password: on a page of this server, or on the operator's pages if these replace them. */
export function resetHrefOf(config: Pick<Config, 'issuer' | 'signInUrl' | 'otherSignIns'>): string {
  const { issuer, signInUrl } = config;
  return signInUrl === undefined || areOtherSignInsOpen(config) ? issuer + paths.resetPassword[0] : signInUrl;
}

/**
 * The endpoints that the operator's sign-in page replaces. The sign-in form is replaced in any case, and without providers
 * (`compose/providers.ts`) theirs respond with 404.
 */
export const replacedEndpoints = {
  passkeySignIn: undefined,
  emailSignIn: undefined,
  emailCode: undefined,
  emailLink: undefined,
  signUp: undefined,
  completeSignUp: undefined,
  resetPassword: undefined,
  chooseNewPassword: undefined,
} as const satisfies Partial<Endpoints>;
