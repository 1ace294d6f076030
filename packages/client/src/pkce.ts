import { base64url } from 'jose';

/**
 * The S256 code challenge of a code verifier (RFC 7636 §4.2).
 * @param codeVerifier 43 to 128 unreserved characters (RFC 7636 §4.1)
 * @returns `BASE64URL(SHA256(ASCII(codeVerifier)))`, 43 characters
 */
export async function codeChallenge(codeVerifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  return base64url.encode(new Uint8Array(digest));
}
