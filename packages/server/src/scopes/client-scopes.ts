import { OAuthError } from '../protocol/index.js';
import type { ClientRecord, ResourceAccess } from '../storage/ports/index.js';
import { isSameResource } from './access.js';
import { identityScopes } from './built-in-scopes.js';
import type { Catalogue } from './catalogue.js';

/** The scopes of a client for users that registers none: the identity of the user, and no API. */
export const defaultScopes = ['openid', 'profile', 'email'] as const;

/** Whether the client may request this scope: it is registered for it, or for a write scope that includes it. */
export function mayRequest(client: ClientRecord, name: string, catalogue: Catalogue): boolean {
  if (catalogue.find(name) === undefined) return false;
  return client.scopes.some((registered) => catalogue.covers(registered, name));
}

/** @throws OAuthError `invalid_scope` if one is unknown, or the client is not registered for it (RFC 6749 §3.3) */
export function checkScopesOf(client: ClientRecord, asked: readonly string[], catalogue: Catalogue): void {
  for (const name of asked) {
    if (catalogue.find(name) === undefined) {
      throw new OAuthError('invalid_scope', "'scope' has a scope that does not exist on this server");
    }
    if (!mayRequest(client, name, catalogue)) {
      throw new OAuthError('invalid_scope', "'scope' has a scope that this app is not registered for");
    }
  }
}

/**
 * The scopes of a request without `scope` (RFC 6749 §3.3): those that the client is registered for and that are valid
 * at these resources. Identity scopes and scopes that need approval are not among them; requests must name those.
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
 * A scope of one resource is not valid at another: a request for it must name that resource.
 *
 * @param resources of the request
 * @throws OAuthError `invalid_target` if the resource of a scope is not among them (RFC 8707 §2)
 */
export function checkResourcesOf(
  scopes: readonly string[],
  resources: readonly string[],
  catalogue: Catalogue,
): void {
  if (scopes.every((name) => isAvailableAt(name, resources, catalogue))) return;
  throw new OAuthError(
    'invalid_target',
    "'scope' has a scope of another resource than 'resource'; send 'resource' with the address of that API",
  );
}

/** Whether a scope is valid at one of these resources. */
export function isAvailableAt(name: string, resources: readonly string[], catalogue: Catalogue): boolean {
  const own = catalogue.find(name)?.resource ?? null;
  return own === null || resources.some((resource) => isSameResource(resource, own));
}

/** Each of these resources with the scopes that are valid there, without identity scopes. */
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
 * The scopes of one token for these resources: the identity scopes, and the scopes that are allowed at every one of
 * the resources, since each of them can use the whole token (RFC 8707 §2.2).
 *
 * @throws OAuthError `invalid_target` if no scope is allowed at all of them
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
 * The scopes of a grant that the client still has and that still exist.
 *
 * @throws OAuthError `invalid_scope` if none is left
 */
export function stillRegistered(
  client: ClientRecord,
  granted: readonly string[],
  catalogue: Catalogue,
): readonly string[] {
  const left = granted.filter((name) => mayRequest(client, name, catalogue));
  if (left.length === 0 && granted.length > 0) {
    throw new OAuthError('invalid_scope', "'scope' has no scope that this app is still registered for");
  }
  return left;
}
