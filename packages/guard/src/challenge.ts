/** The parameters of a Bearer challenge, in the order in which they are written. */
export interface Challenge {
  readonly realm: string;
  readonly error?: string;
  readonly errorDescription?: string;
  readonly scopes?: readonly string[];
  /** RFC 9728 §5.1. */
  readonly resourceMetadata?: string | undefined;
}

/**
 * Writes the value of a `WWW-Authenticate` header.
 *
 * @returns `Bearer` and comma-separated quoted strings, printable ASCII only (RFC 6750 §3)
 */
export function bearerChallenge(challenge: Challenge): string {
  const { realm, error, errorDescription, scopes = [], resourceMetadata } = challenge;
  const parameters = [
    parameter('realm', realm),
    ...(error === undefined ? [] : [parameter('error', error)]),
    ...(errorDescription === undefined
      ? []
      : [parameter('error_description', withoutQuoting(errorDescription))]),
    ...(scopes.length === 0 ? [] : [parameter('scope', scopes.join(' '))]),
    ...(resourceMetadata === undefined ? [] : [parameter('resource_metadata', resourceMetadata)]),
  ];
  return `Bearer ${parameters.join(', ')}`;
}

function parameter(name: string, value: string): string {
  return `${name}=${quotedString(value)}`;
}

// RFC 9110 §5.6.4. A line break or another control character would end the header.
function quotedString(value: string): string {
  return `"${value.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}

// RFC 6750 §3: an error_description has neither a double quote nor a backslash, escaped or not.
function withoutQuoting(value: string): string {
  return value.replace(/["\\]/g, "'");
}
