import { toBase64url } from './base64url.js';

/**
 * The code challenge methods of PKCE that are in use here. `plain` is left out: it does not protect against an attacker
 * who can read the authorization request (RFC 9700 §2.1.1).
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

/**
 * The S256 code challenge of a code verifier (RFC 7636 §4.2).
 *
 * @param codeVerifier 43 to 128 unreserved characters (RFC 7636 §4.1)
 * @returns `BASE64URL(SHA256(ASCII(codeVerifier)))`, 43 characters
 */
export async function codeChallenge(codeVerifier: string): Promise<string> {
  return toBase64url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))),
  );
}
