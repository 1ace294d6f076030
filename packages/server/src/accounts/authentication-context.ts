import type { Authentication } from '../storage/ports/index.js';

/**
 * The authentication contexts (`acr`, OpenID Connect Core 1.0 §2) that sign-ins reach, the weakest first. A sign-in
 * satisfies its context and all weaker ones. A way to sign in names its context here, and the methods behind it (`amr`,
 * RFC 8176 §2) say what really happened.
 */
const contexts = [
  /** An email code, or an external server: SAML 2.0 Authentication Context §3.4.25. */
  'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
  /** A password over TLS: SAML 2.0 Authentication Context §3.4.10. */
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  /** Two factors of different kinds, such as a password and a code: REFEDS MFA Profile. */
  'https://refeds.org/profile/mfa',
  /** A passkey, which cannot be phished: OpenID Connect EAP ACR Values 1.0 §3. */
  'phr',
] as const;

export type AuthenticationContext = (typeof contexts)[number];

/** Every `acr` that a sign-in can reach, the weakest first. */
export const authenticationContexts: readonly AuthenticationContext[] = contexts;

/** One factor, or an external sign-in, of which nothing more is known. */
export const unspecifiedContext: AuthenticationContext = contexts[0];

/** The context that a password reaches. */
export const passwordContext: AuthenticationContext = contexts[1];

/** The context that two factors of different kinds reach. */
export const multiFactorContext: AuthenticationContext = contexts[2];

/** The context that a passkey reaches. */
export const passkeyContext: AuthenticationContext = contexts[3];

/** The methods of the contexts that one way to sign in alone reaches. */
const usualMethods: Partial<Record<AuthenticationContext, readonly string[]>> = {
  [passwordContext]: ['pwd'],
};

/**
 * The authentication of a user in this context.
 *
 * @param authTime when the user authenticated, in seconds since the epoch
 * @param amr the methods (RFC 8176 §2); by default those of the context
 */
export function authenticationIn(
  context: AuthenticationContext,
  authTime: number,
  amr: readonly string[] = usualMethods[context] ?? [],
): Authentication {
  return { authTime, acr: context, amr };
}

/**
 * Whether an authentication is in this context or a stronger one.
 *
 * @param acr of the authentication. One that is not in the table, as an external server can name, satisfies itself only
 */
export function satisfies(acr: string, required: string): boolean {
  return acr === required || strengthOf(acr) >= strengthOf(required, Number.POSITIVE_INFINITY);
}

/** The stronger of two contexts. */
export function strongerOf(one: string, other: string): string {
  return strengthOf(other) > strengthOf(one) ? other : one;
}

function strengthOf(acr: string, unknown = -1): number {
  const index = (contexts as readonly string[]).indexOf(acr);
  return index === -1 ? unknown : index;
}

/** What a second factor adds to an authentication. */
export interface AddedFactor {
  /** The methods that it used (RFC 8176 §2). */
  readonly amr: readonly string[];
  /** The context that it reaches together with any first factor. */
  readonly context: AuthenticationContext;
}

/**
 * The authentication of a user who used a second factor. It stays as old as the first one: `max_age` is about all factors.
 * A factor whose methods were all used before, such as the code of an app after one by email, is not of a second kind: `mfa`
 * says that there were two (RFC 8176 §2), and the context stays.
 */
export function withFactor(first: Authentication, { amr, context }: AddedFactor): Authentication {
  const methods = [...new Set([...first.amr, ...amr])];
  const isOtherKind = methods.length > first.amr.length;
  return {
    authTime: first.authTime,
    acr: isOtherKind ? strongerOf(first.acr, context) : first.acr,
    amr: [...methods.filter((method) => method !== 'mfa'), 'mfa'],
  };
}

/** The registered methods (RFC 8176 §2). */
const registeredMethods: readonly string[] =
  'face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia'.split(' ');

/**
 * The authentication of a user at an external provider.
 *
 * @param authTime when the user authenticated there, in seconds since the epoch
 * @param vouched what the provider says of the context and its methods, if it is trusted for it; only values that are known
 *   here are repeated
 */
export function externalAuthentication(
  authTime: number,
  vouched: { readonly acr: string | undefined; readonly amr: readonly string[] } = {
    acr: undefined,
    amr: [],
  },
): Authentication {
  const known: readonly string[] = authenticationContexts;
  const acr = vouched.acr !== undefined && known.includes(vouched.acr) ? vouched.acr : unspecifiedContext;
  return { authTime, acr, amr: vouched.amr.filter((method) => registeredMethods.includes(method)) };
}
