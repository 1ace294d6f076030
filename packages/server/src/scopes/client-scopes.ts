import { OAuthError } from '../protocol/index.js';
import type { ClientRecord, ResourceAccess } from '../storage/ports/index.js';
import { isSameResource } from './access.js';
import { identityScopes } from './built-in-scopes.js';
import type { Catalogue } from './catalogue.js';

/** What a client for users is registered for that names no scope: who signs in, and nothing of any API. */
export const defaultScopes = ['openid', 'profile', 'email'] as const;

/** Whether the client may ask for this scope: it is registered for it, or for a write that covers it. */
export function mayRequest(client: ClientRecord, name: string, catalogue: Catalogue): boolean {
  if (catalogue.find(name) === undefined) return false;
  return client.scopes.some((registered) => catalogue.covers(registered, name));
}

/** @throws OAuthError `invalid_scope` where one is unknown, or is not the client's to ask for (RFC 6749 §3.3) */
export function checkScopesOf(client: ClientRecord, asked: readonly string[], catalogue: Catalogue): void {
  for (const name of asked) {
    if (catalogue.find(name) === undefined) {
      throw new OAuthError('invalid_scope', "'scope' names a scope that this server does not know");
    }
    if (!mayRequest(client, name, catalogue)) {
      throw new OAuthError('invalid_scope', "'scope' names a scope that this app is not registered for");
    }
  }
}

/**
 * What a client gets that names no scope (RFC 6749 §3.3): what it is registered for and is of use at these resources,
 * but neither identity scopes nor what an administrator must give. Those must be named.
 */
export function scopesIfOmitted(
  client: ClientRecord,
  resources: readonly string[],
  catalogue: Catalogue,
): readonly string[] {
  return client.scopes.filter(
    (name) =>
      !identityScopes.has(name) &&
      catalogue.find(name)?.needsApproval === false &&
      isAvailableAt(name, resources, catalogue),
  );
}

/**
 * A scope of one resource is of no use at another: a request for it names that resource.
 *
 * @param resources that the request is about
 * @throws OAuthError `invalid_target` where the resource of a scope is not among them (RFC 8707 §2)
 */
export function checkResourcesOf(
  scopes: readonly string[],
  resources: readonly string[],
  catalogue: Catalogue,
): void {
  if (scopes.every((name) => isAvailableAt(name, resources, catalogue))) return;
  throw new OAuthError(
    'invalid_target',
    "'scope' names a scope of a resource that 'resource' does not name; send 'resource' with the address of that API",
  );
}

/** Whether a scope is of use at one of these resources. */
export function isAvailableAt(name: string, resources: readonly string[], catalogue: Catalogue): boolean {
  const own = catalogue.find(name)?.resource ?? null;
  return own === null || resources.some((resource) => isSameResource(resource, own));
}

/** Each of these resources with those of the scopes that are of use there; identity scopes belong to none. */
export function accessAt(
  resources: readonly string[],
  scopes: readonly string[],
  catalogue: Catalogue,
): readonly ResourceAccess[] {
  return resources.map((resource) => ({
    resource,
    scopes: scopes.filter((name) => !identityScopes.has(name) && isAvailableAt(name, [resource], catalogue)),
  }));
}

/**
 * Those of the scopes that one token for these resources holds: the identity scopes, and what is allowed at every one of
 * the resources, since each of them can use the whole token (RFC 8707 §2.2).
 *
 * @throws OAuthError `invalid_target` where each resource has other scopes
 */
export function scopesOfToken(
  scopes: readonly string[],
  access: readonly ResourceAccess[],
): readonly string[] {
  const held = scopes.filter(
    (name) => identityScopes.has(name) || access.every(({ scopes: allowed }) => allowed.includes(name)),
  );
  if (held.length > 0 || access.every(({ scopes: allowed }) => allowed.length === 0)) return held;
  throw new OAuthError(
    'invalid_target',
    "No scope is allowed at all of these resources; send a request with one 'resource' for each of them",
  );
}

/**
 * The remaining scopes of a grant, without scopes that the client has lost and scopes that were deleted.
 *
 * @throws OAuthError `invalid_scope` where nothing is left
 */
export function stillRegistered(
  client: ClientRecord,
  granted: readonly string[],
  catalogue: Catalogue,
): readonly string[] {
  const left = granted.filter((name) => mayRequest(client, name, catalogue));
  if (left.length === 0 && granted.length > 0) {
    throw new OAuthError('invalid_scope', "'scope' has nothing that this app is still registered for");
  }
  return left;
}
