/** scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) (RFC 6749 §3.3). */
export function isScopeToken(value: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
}

/**
 * The scopes that a string or a list of strings names, in order (RFC 6749 §3.3).
 *
 * @param scope names separated by spaces, or a list
 */
export function scopeNames(scope: string | readonly string[] | undefined): readonly string[] {
  return [scope ?? []].flat().flatMap((names) => names.split(/\s+/).filter((name) => name !== ''));
}
