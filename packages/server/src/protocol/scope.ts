import { isScopeToken } from '@grantor/protocol';
import { OAuthError } from './errors.js';

/** The longest scope value that a database column holds, in characters. */
const MAX_LENGTH = 128;

/** The most scope values of one request: more than any app needs, and cheap to process. */
const MAX_SCOPES = 64;

/**
 * Splits a scope string into its values, in order, each once (RFC 6749 §3.3).
 *
 * @param text space-separated values; undefined or empty gives none
 * @throws OAuthError `invalid_scope` if a value has characters that a scope cannot have, or there are too many
 */
export function parseScope(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const values = [...new Set(text.split(' ').filter((value) => value !== ''))];
  if (values.length > MAX_SCOPES) {
    throw new OAuthError('invalid_scope', `'scope' names more than ${MAX_SCOPES} values`);
  }
  if (!values.every(isScopeValue)) {
    throw new OAuthError('invalid_scope', "'scope' contains characters that a scope cannot have");
  }
  return values;
}

/** Whether a value is a scope token (RFC 6749 §3.3) of a length that fits a database column. */
export function isScopeValue(value: string): boolean {
  return value.length <= MAX_LENGTH && isScopeToken(value);
}

/** The scope string of a response (RFC 6749 §5.1). */
export function formatScope(values: readonly string[]): string {
  return values.join(' ');
}
