/**
 * The code challenge methods that Grantor accepts. `plain` is left out on purpose: it protects
 * nothing that reading the authorization request does not reveal (RFC 9700 §2.1.1).
 */
export const codeChallengeMethods = ['S256'] as const;

/** code-verifier = 43*128unreserved (RFC 7636 §4.1). */
export function isCodeVerifier(value: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(value);
}

/** The S256 challenge: 32 bytes in base64url without padding (RFC 7636 §4.2). */
export function isCodeChallenge(value: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(value);
}
