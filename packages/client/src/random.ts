import { toBase64url } from '@grantor/protocol';

/** A random value of 256 bits as 43 base64url characters, for `state`, `nonce` and code verifier. */
export function randomValue(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Compares two strings in a time that depends on their length only, so that an attacker cannot find a secret value
 * character by character.
 */
export function sameValue(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index += 1) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  }
  return difference === 0;
}
