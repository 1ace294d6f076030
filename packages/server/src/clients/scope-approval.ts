import type { Catalogue } from '../consents/catalogue.js';
import type { ClientRecord, ScopeRequest } from '../storage/ports/index.js';
import { ClientMetadataError } from './metadata/error.js';

/** Who says what a client may ask for, and when. */
export interface ScopeGiver {
  /** Whether they may give a scope that needs approval; what they may not give, they ask for. */
  readonly mayGive: (scope: string) => boolean;
  readonly id: string | null;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** What a client has and what it waits for. */
export type ClientScopes = Pick<ClientRecord, 'scopes' | 'scopeRequests'>;

/**
 * Divides the scopes that somebody wants for a client into those that it gets and those that an administrator must
 * approve. What it has it keeps, whatever became of it; what it waits for goes on waiting.
 *
 * @param held what the client has and waits for until now
 * @throws ClientMetadataError where a scope is unknown, or approval is needed for all of them: a client without
 *   scopes of its own may ask for all that are free, which is not what was asked for
 */
export function splitScopes(
  asked: readonly string[],
  held: ClientScopes,
  catalogue: Catalogue,
  { mayGive, id, now }: ScopeGiver,
): ClientScopes {
  const has = new Set(held.scopes);
  const unknown = asked.flatMap((name, index) =>
    has.has(name) || catalogue.find(name) !== undefined
      ? []
      : [{ field: `scopes.${index}`, message: 'is not a scope of this server' }],
  );
  if (unknown.length > 0) throw new ClientMetadataError(unknown);
  const isGiven = (name: string) =>
    has.has(name) || catalogue.find(name)?.needsApproval === false || mayGive(name);
  const scopes = asked.filter(isGiven);
  if (asked.length > 0 && scopes.length === 0) {
    const message = 'need approval, all of them: name one beside them that is free, such as openid';
    throw new ClientMetadataError([{ field: 'scopes', message }]);
  }
  const waiting = held.scopeRequests.filter(({ scope }) => !scopes.includes(scope));
  const fresh: ScopeRequest[] = asked
    .filter((name) => !isGiven(name) && !waiting.some(({ scope }) => scope === name))
    .map((scope) => ({ scope, requestedBy: id, requestedAt: now }));
  return { scopes, scopeRequests: [...waiting, ...fresh] };
}

/**
 * Gives a client scopes that it waits for.
 *
 * @param approved some of those that it waits for; what is in the catalogue no more it does not get
 */
export function approveScopes(
  held: ClientScopes,
  approved: readonly string[],
  catalogue: Catalogue,
): ClientScopes {
  const given = approved.filter((name) => catalogue.find(name) !== undefined);
  // One without scopes of its own has all that are free, and is not to lose them by getting one more.
  const before =
    held.scopes.length > 0 || given.length === 0
      ? held.scopes
      : catalogue.scopes.filter((scope) => !scope.needsApproval).map((scope) => scope.name);
  return {
    scopes: [...new Set([...before, ...given])],
    scopeRequests: refuseScopes(held, approved),
  };
}

/** What a client still waits for when these are decided. */
export function refuseScopes(held: ClientScopes, refused: readonly string[]): readonly ScopeRequest[] {
  return held.scopeRequests.filter(({ scope }) => !refused.includes(scope));
}
