// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const SCOPE_TOKEN = /^[!#-[\]-~]+$/;

/**
 * The scopes a call needs, all of them.
 *
 * @param scope one string (space-separated) or a list; left out: any valid token will do
 * @throws TypeError when it is given and names no scope, or a name has a character no scope can have
 */
export function requiredScopes(scope: string | readonly string[] | undefined): readonly string[] {
  if (scope === undefined) return [];
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : [...scope];
  if (scopes.length === 0) throw new TypeError('scope is empty: name a scope, or leave it out');
  for (const name of scopes) {
    if (!SCOPE_TOKEN.test(name)) throw new TypeError(`not a scope (RFC 6749 §3.3): ${JSON.stringify(name)}`);
  }
  return scopes;
}

/** The scopes of a token; undefined when the claim is neither a string nor a list of strings. */
export function grantedScopes(claim: unknown): readonly string[] | undefined {
  if (claim === undefined) return [];
  if (typeof claim === 'string') return claim.split(' ').filter((name) => name !== '');
  // RFC 9068 §2.2.3 has a string; some servers send a list all the same.
  return isStringList(claim) ? claim : undefined;
}

export function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
