import { isScopeToken, isStringArray, scopeNames } from '@grantor/protocol';
import { GuardError } from './errors.js';

/**
 * The scopes that a call needs, all of them.
 *
 * @param scope one string (separated by spaces) or a list; without it every valid token is accepted
 * @throws GuardError `configuration` if it is given and names no scope, or has a character that no scope has
 */
export function requiredScopes(scope: string | readonly string[] | undefined): readonly string[] {
  const scopes = scopeNames(scope);
  if (scope !== undefined && scopes.length === 0) {
    throw new GuardError(
      'configuration',
      'The option "scope" is empty. Name a scope, or leave the option out.',
    );
  }
  const wrong = scopes.find((name) => !isScopeToken(name));
  if (wrong !== undefined) {
    throw new GuardError(
      'configuration',
      `The option "scope" has a character that no scope has (RFC 6749 §3.3): ${JSON.stringify(wrong)}.`,
    );
  }
  return scopes;
}

/** The scopes of a token; undefined if the claim is neither a string nor a list of strings. */
export function grantedScopes(claim: unknown): readonly string[] | undefined {
  if (claim === undefined || typeof claim === 'string') return scopeNames(claim);
  // RFC 9068 §2.2.3 defines a string; some servers send a list.
  return isStringArray(claim) ? claim : undefined;
}
