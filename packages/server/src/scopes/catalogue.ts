import type { ScopeGroupRecord, ScopeRecord } from '../storage/ports/index.js';
import { openidScopes, scopesOfManagement } from './built-in-scopes.js';
import type { CatalogueScope } from './catalogue-scope.js';

/** All scopes at one time. Immutable. */
export interface Catalogue {
  /** The scopes of OpenID Connect, then those of the operator. */
  readonly scopes: readonly CatalogueScope[];
  readonly groups: readonly ScopeGroupRecord[];
  find(name: string): CatalogueScope | undefined;
  /**
   * Whether a known scope has an effect in this deployment. `offline_access` has none without refresh tokens; a request
   * that names it gets the rest (OpenID Connect Core 1.0 §11, RFC 6749 §3.3).
   */
  isOffered(name: string): boolean;
  /**
   * Whether one scope includes another: by name, or a read scope by a write scope of the same group. A write scope without
   * approval does not include a read scope that needs approval.
   */
  covers(given: string, asked: string): boolean;
}

/** The prefixes of claims in consents and of Grantor's own scopes. The operator's scopes cannot have them. */
export const reservedPrefixes = ['grantor.', 'claim:', 'resource:'] as const;

/** The built-in scopes by name. */
export const builtInScopes: ReadonlyMap<string, CatalogueScope> = new Map(
  [...openidScopes, ...scopesOfManagement].map((scope) => [scope.name, scope]),
);

/** @param refreshTokens whether the deployment issues refresh tokens */
export function createCatalogue(
  groups: readonly ScopeGroupRecord[],
  operators: readonly ScopeRecord[],
  refreshTokens: boolean,
): Catalogue {
  const isOffered = (name: string) => name !== 'offline_access' || refreshTokens;
  const scopes: readonly CatalogueScope[] = [
    ...openidScopes.filter(({ name }) => isOffered(name)),
    ...operators.toSorted(byGroupAndName).map((scope) => ({ ...scope, isBuiltIn: false })),
  ];
  const byName = new Map(
    [...openidScopes, ...scopes, ...scopesOfManagement].map((scope) => [scope.name, scope]),
  );
  const implying = new Set([
    ...groups.filter((group) => group.writeImpliesRead).map((group) => group.name),
    ...scopesOfManagement.map((scope) => scope.group),
  ]);
  return {
    scopes,
    groups,
    find: (name) => byName.get(name),
    isOffered,
    covers(given, asked) {
      if (given === asked) return true;
      const write = byName.get(given);
      const read = byName.get(asked);
      return (
        write?.type === 'write' &&
        read?.type === 'read' &&
        write.group === read.group &&
        implying.has(write.group) &&
        write.resource === read.resource &&
        (write.needsApproval || !read.needsApproval)
      );
    },
  };
}

/** The same order with every database. */
function byGroupAndName(one: ScopeRecord, other: ScopeRecord): number {
  const [a, b] = one.group === other.group ? [one.name, other.name] : [one.group, other.group];
  return a < b ? -1 : 1;
}
