import { coversManagementScope, type ManagementScope } from '../consents/management-scopes.js';
import type { AccountRecord, AuditActor } from '../storage/ports/index.js';

/** What somebody may do with the management API, from the least to the most. */
export const roles = ['guest', 'developer', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** Who calls the management API, proven by whatever they sent. */
export interface Principal {
  /** By which what they create is theirs: the ID of the person, of a key that is nobody's, or of the app. */
  readonly id: string;
  /** The person; null for a key of the deployment and for an app that acts for itself. */
  readonly account: AccountRecord | null;
  readonly role: Role;
  /** What the credential is good for; null for all that its holder may do. */
  readonly scopes: ReadonlySet<string> | null;
  /** Who they are to those who read the audit trail. */
  readonly actor: AuditActor;
  /** What they were known by: `session`, `api_key:<id>`, `access_token:<client_id>`. */
  readonly via: string;
  /** When the credential ends, so that nothing made with it outlives it; null where it does not. */
  readonly expiresAt: number | null;
}

/** Whoever sends nothing that says who they are. */
export const nobody: Principal = {
  id: '',
  account: null,
  role: 'guest',
  scopes: new Set(),
  actor: { type: 'system', id: null, name: null },
  via: 'nothing',
  expiresAt: null,
};

export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** Whether the credential is good for this, whatever its holder may do. */
export function isGoodFor({ scopes }: Principal, scope: ManagementScope): boolean {
  return scopes === null || coversManagementScope(scopes, scope);
}

/** Administrators see everything; everybody else what is theirs. */
export function isTheirs({ role, id }: Principal, ownerId: string | null): boolean {
  return role === 'administrator' || (ownerId !== null && ownerId === id);
}

/** What a person may do: whether developers are everybody or administrators alone is the operator's to say. */
export function roleOf(account: AccountRecord, developers: 'everybody' | 'administrators'): Role {
  if (account.isAdmin) return 'administrator';
  return developers === 'everybody' ? 'developer' : 'guest';
}
