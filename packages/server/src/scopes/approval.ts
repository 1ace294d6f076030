import { ClientMetadataError, type GrantType, grantTypesWithoutUser } from '../protocol/index.js';
import type { ClientRecord, ScopeRequest } from '../storage/ports/index.js';
import { identityScopes } from './built-in-scopes.js';
import type { Catalogue } from './catalogue.js';
import { defaultScopes } from './client-scopes.js';

/** The approval rules for the scopes of a client. */
export interface ScopeApprover {
  /** Whether the caller may approve a scope. Otherwise the scope is pending. */
  readonly mayApprove: (scope: string) => boolean;
  readonly id: string | null;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** The scopes that a client has, and the pending ones. */
export type ClientScopes = Pick<ClientRecord, 'scopes' | 'scopeRequests'>;

/** Whether the client gets tokens that no user allows, so that an administrator must approve its scopes. */
function actsWithoutUser(grantTypes: readonly GrantType[]): boolean {
  return grantTypes.some((type) => grantTypesWithoutUser.includes(type));
}

/** The scopes that a new client requests: those that it names, or else the default scopes if it has users. */
export function requestedScopes(
  named: readonly string[],
  grantTypes: readonly GrantType[],
): readonly string[] {
  if (named.length > 0) return named;
  return grantTypes.every((type) => grantTypesWithoutUser.includes(type)) ? [] : defaultScopes;
}

/**
 * Divides the requested scopes of a client into granted and pending ones. Without a user who allows them, every API
 * scope needs approval. Granted scopes stay granted, and pending ones stay pending.
 *
 * @param held the scopes and pending scopes before the change
 * @param grantTypes of the client after the change
 * @throws ClientMetadataError if a scope is unknown
 */
export function splitScopes(
  asked: readonly string[],
  held: ClientScopes,
  grantTypes: readonly GrantType[],
  catalogue: Catalogue,
  { mayApprove, id, now }: ScopeApprover,
): ClientScopes {
  const has = new Set(held.scopes);
  const unknown = asked.flatMap((name, index) =>
    has.has(name) || catalogue.find(name) !== undefined
      ? []
      : [{ field: `scopes.${index}`, message: 'is not a scope of this server' }],
  );
  if (unknown.length > 0) throw new ClientMetadataError(unknown);
  const userless = actsWithoutUser(grantTypes);
  const isFree = (name: string) =>
    catalogue.find(name)?.needsApproval === false && (!userless || identityScopes.has(name));
  const isApproved = (name: string) => has.has(name) || isFree(name) || mayApprove(name);
  const scopes = asked.filter(isApproved);
  const waiting = held.scopeRequests.filter(({ scope }) => !scopes.includes(scope));
  const fresh: ScopeRequest[] = asked
    .filter((name) => !isApproved(name) && !waiting.some(({ scope }) => scope === name))
    .map((scope) => ({ scope, requestedBy: id, requestedAt: now }));
  return { scopes, scopeRequests: [...waiting, ...fresh] };
}

/**
 * Refuses the grant type `client_credentials` for a client that has scopes for its users: it would get by itself what
 * only its users may allow.
 *
 * @param mayApprove whether the caller may approve a scope
 * @throws ClientMetadataError naming `grant_types`
 */
export function refuseUnapprovedGrantTypes(
  before: Pick<ClientRecord, 'grantTypes'>,
  after: Pick<ClientRecord, 'grantTypes' | 'scopes'>,
  mayApprove: (scope: string) => boolean,
): void {
  if (actsWithoutUser(before.grantTypes) || !actsWithoutUser(after.grantTypes)) return;
  if (after.scopes.every((name) => identityScopes.has(name) || mayApprove(name))) return;
  const message =
    'must get client_credentials from an administrator, since the app has scopes; register another app for it';
  throw new ClientMetadataError([{ field: 'grant_types', message }]);
}

/**
 * Grants pending scopes to a client.
 *
 * @param approved some of the pending scopes; scopes that were deleted since are not granted
 */
export function approveScopes(
  held: ClientScopes,
  approved: readonly string[],
  catalogue: Catalogue,
): ClientScopes {
  const given = approved.filter((name) => catalogue.find(name) !== undefined);
  return {
    scopes: [...new Set([...held.scopes, ...given])],
    scopeRequests: refuseScopes(held, approved),
  };
}

/** The pending scopes that remain after a decision about these. */
export function refuseScopes(held: ClientScopes, refused: readonly string[]): readonly ScopeRequest[] {
  return held.scopeRequests.filter(({ scope }) => !refused.includes(scope));
}
