import { OAuthError, resourceKey } from '@grantor/protocol';
import type { Catalogue } from '../consents/catalogue.js';
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

/** What a client for users is registered for that names no scope: who signs in, and nothing of any API. */
export const defaultScopes = ['openid', 'profile', 'email'] as const;

/** Whether the client may ask for this scope: it is registered for it, or for a write that covers it. */
export function mayAskFor(client: ClientRecord, name: string, catalogue: Catalogue): boolean {
  if (catalogue.find(name) === undefined) return false;
  return client.scopes.some((registered) => catalogue.covers(registered, name));
}

/** @throws OAuthError `invalid_scope` where one is unknown, or is not the client's to ask for (RFC 6749 §3.3) */
export function checkScopesOf(client: ClientRecord, asked: readonly string[], catalogue: Catalogue): void {
  for (const name of asked) {
    if (catalogue.find(name) === undefined) {
      throw new OAuthError('invalid_scope', "'scope' names a scope that this server does not know");
    }
    if (!mayAskFor(client, name, catalogue)) {
      throw new OAuthError('invalid_scope', "'scope' names a scope that this app is not registered for");
    }
  }
}

/**
 * What a client gets that names no scope (RFC 6749 §3.3): what it is registered for, but neither who a person is
 * nor what an administrator must give. Those take a word.
 */
export function scopesByOmission(client: ClientRecord, catalogue: Catalogue): readonly string[] {
  return client.scopes.filter(
    (name) => !personalScopes.has(name) && catalogue.find(name)?.needsApproval === false,
  );
}

/**
 * A scope of one resource is of no use at another: whoever names resources names its own among them.
 *
 * @param resources that the request names; none where it names none
 * @throws OAuthError `invalid_target`: the resource is missing (RFC 8707 §2)
 */
export function checkResourcesOf(
  scopes: readonly string[],
  resources: readonly string[],
  catalogue: Catalogue,
): void {
  if (resources.length === 0) return;
  if (scopes.every((name) => isGoodAt(name, resources, catalogue))) return;
  throw new OAuthError('invalid_target', "'scope' names a scope of a resource that 'resource' does not name");
}

/** Whether a scope is of use at one of these resources. */
export function isGoodAt(name: string, resources: readonly string[], catalogue: Catalogue): boolean {
  const own = catalogue.find(name)?.resource ?? null;
  return own === null || resources.some((resource) => resourceKey(resource) === resourceKey(own));
}

/**
 * What is left of what a person granted: an app that has lost a scope since does not get it any more, and nobody
 * gets one that the operator has deleted.
 *
 * @throws OAuthError `invalid_scope` where nothing is left
 */
export function stillRegistered(
  client: ClientRecord,
  granted: readonly string[],
  catalogue: Catalogue,
): readonly string[] {
  const left = granted.filter((name) => mayAskFor(client, name, catalogue));
  if (left.length === 0 && granted.length > 0) {
    throw new OAuthError('invalid_scope', "'scope' has nothing that this app is still registered for");
  }
  return left;
}
