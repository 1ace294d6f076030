/** How the client of a refused request may authenticate (RFC 9110 §11.3), sent in `WWW-Authenticate`. */
export interface Challenge {
  readonly scheme: 'Basic' | 'Bearer';
  /** The issuer unless set. */
  readonly realm?: string;
  /** The parameters after the realm, in their order. No value has a double quote or a backslash. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Asks a client to authenticate (RFC 6749 §5.2) with its ID and secret in UTF-8 (RFC 7617 §2.1). */
export const basicChallenge: Challenge = { scheme: 'Basic', parameters: { charset: 'UTF-8' } };

/** Asks for a bearer token. It names no error where the request has no token (RFC 6750 §3.1). */
export const bearerChallenge: Challenge = { scheme: 'Bearer' };

/** Says what is wrong with a bearer token (RFC 6750 §3). */
export function bearerErrorChallenge(code: string, description: string): Challenge {
  return { scheme: 'Bearer', parameters: { error: code, error_description: description } };
}

/**
 * @param issuer the realm of a challenge that names none
 * @returns the value of `WWW-Authenticate` (RFC 9110 §11.6.1)
 */
export function formatChallenge({ scheme, realm, parameters }: Challenge, issuer: string): string {
  const pairs = Object.entries({ realm: realm ?? issuer, ...parameters }).map(
    ([name, value]) => `${name}="${value}"`,
  );
  return `${scheme} ${pairs.join(', ')}`;
}
