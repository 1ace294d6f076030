import type { Authentication } from '../storage/ports/index.js';

/**
 * The ways in which users sign in, as ID tokens name them: `acr` (OpenID Connect Core 1.0 §2) with the
 * methods behind it, `amr` (RFC 8176 §2). A way to sign in is a row here.
 */
const contexts = {
  /** A password over TLS, by its name in SAML 2.0 Authentication Context §3.4.10. */
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport': ['pwd'],
} as const satisfies Record<string, readonly string[]>;

export type AuthenticationContext = keyof typeof contexts;

/** Every `acr` that a sign-in can reach. */
export const authenticationContexts = Object.keys(contexts) as readonly AuthenticationContext[];

/** The context that a password reaches. */
export const passwordContext: AuthenticationContext =
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

/**
 * The authentication of a user in this context.
 *
 * @param authTime when the user authenticated, in seconds since the epoch
 */
export function authenticationIn(context: AuthenticationContext, authTime: number): Authentication {
  return { authTime, acr: context, amr: contexts[context] };
}
