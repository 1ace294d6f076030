/**
 * The ways in which people sign in, as ID tokens tell of them: `acr` (OpenID Connect Core 1.0 §2) with the
 * methods behind it, `amr` (RFC 8176 §2). A way to sign in is a row here.
 */
const contexts = {
  /** A password over TLS, by its name in SAML 2.0 Authentication Context §3.4.10. */
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport': ['pwd'],
} as const satisfies Record<string, readonly string[]>;

export type AuthenticationContext = keyof typeof contexts;

/** Every `acr` that a sign-in can reach. */
export const authenticationContexts = Object.keys(contexts) as readonly AuthenticationContext[];

/** The one that a password reaches. */
export const passwordContext: AuthenticationContext =
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

/** The `amr` that goes with an `acr`; undefined where the context is not (or no longer) one of ours. */
export function methodsOf(acr: string | undefined): readonly string[] | undefined {
  return acr !== undefined && Object.hasOwn(contexts, acr)
    ? contexts[acr as AuthenticationContext]
    : undefined;
}
