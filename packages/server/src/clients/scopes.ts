import { OAuthError } from '@grantor/protocol';
import { describeScope } from '../consents/scope-catalogue.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** Scopes about a person, which nobody gets by omission, and a client on its own not at all. */
export const personalScopes: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]);

/** Whether the client is registered for this scope; one that is registered for none may ask for any. */
export function mayAskFor(client: ClientRecord, name: string): boolean {
  return client.scopes.length === 0 || client.scopes.includes(name);
}

/** @throws OAuthError `invalid_scope` where one is unknown, or is not the client's to ask for (RFC 6749 §3.3) */
export function checkScopesOf(client: ClientRecord, asked: readonly string[]): void {
  for (const name of asked) {
    if (describeScope(name) === undefined) {
      throw new OAuthError('invalid_scope', "'scope' names a scope that this server does not know");
    }
    if (!mayAskFor(client, name)) {
      throw new OAuthError('invalid_scope', "'scope' names a scope that this app is not registered for");
    }
  }
}

/**
 * What is left of what a person granted: an app that has lost a scope since does not get it any more.
 *
 * @throws OAuthError `invalid_scope` where nothing is left
 */
export function stillRegistered(client: ClientRecord, granted: readonly string[]): readonly string[] {
  const left = granted.filter((name) => mayAskFor(client, name));
  if (left.length === 0 && granted.length > 0) {
    throw new OAuthError('invalid_scope', "'scope' has nothing that this app is still registered for");
  }
  return left;
}
