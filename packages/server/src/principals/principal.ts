import { coversManagementScope, type ManagementScope } from '../scopes/management-scopes.js';
import type { AccountRecord, AuditActor, ClientRecord } from '../storage/ports/index.js';

/** The roles of the management API, from the least to the most. */
export const roles = ['guest', 'developer', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** The credential of a caller, so that what is created with it can end with it. */
export type Credential =
  | { readonly kind: 'none' }
  /** A session, with the hash of its cookie and its public ID. */
  | { readonly kind: 'session'; readonly sessionId: string; readonly tokenHash: string }
  | { readonly kind: 'api_key'; readonly keyId: string; readonly keyHash: string }
  /** An access token of this server; its grant is null if the app acts for itself. */
  | {
      readonly kind: 'access_token';
      readonly client: ClientRecord;
      readonly grantId: string | null;
      readonly token: TokenName;
    };

/** The ID of an access token in storage: the `jti` of a JWT, the hash of an opaque token. */
export type TokenName = { readonly format: 'jwt' | 'opaque'; readonly id: string };

/** The authenticated caller of the management API. */
export interface Principal {
  /** The owner of what the caller creates: the ID of the user, of a key of the deployment, or of the app. */
  readonly id: string;
  /** The user; null for a key of the deployment and for an app that acts for itself. */
  readonly account: AccountRecord | null;
  readonly role: Role;
  /** The scopes of the credential; null for everything that the caller may do. */
  readonly scopes: ReadonlySet<string> | null;
  /** The actor in the audit trail. */
  readonly actor: AuditActor;
  readonly credential: Credential;
  /** Whether the request has a short-lived credential that was made with this one, such as a signature. */
  readonly isDerived: boolean;
  /** The credential in the audit trail: `session`, `api_key:<id>`, `access_token:<client_id>`. */
  readonly via: string;
  /** When the credential expires, so that no key created with it outlives it; null without expiry. */
  readonly expiresAt: number | null;
}

/** The principal of an unauthenticated request. */
export const anonymous: Principal = {
  id: '',
  account: null,
  role: 'guest',
  scopes: new Set(),
  actor: { type: 'system', id: null, name: null },
  credential: { kind: 'none' },
  isDerived: false,
  via: 'nothing',
  expiresAt: null,
};

/**
 * The scope that a credential needs: a management scope, one of several scopes of the catalogue, or (null) any scope of
 * this API.
 */
export type RequiredScope = ManagementScope | { readonly anyOf: readonly string[] } | null;

export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** Whether the credential has the scope, whatever the role of the caller. */
export function hasRequiredScope({ scopes }: Pick<Principal, 'scopes'>, scope: RequiredScope): boolean {
  if (scopes === null) return true;
  // Scopes of another API do not count, even if the token is for this one too.
  if (scope === null) return [...scopes].some((given) => given.startsWith('grantor.'));
  if (typeof scope === 'string') return coversManagementScope(scopes, scope);
  return scope.anyOf.some((name) => scopes.has(name));
}

/** The names of the scopes of which one is needed; empty if any scope is enough. */
export function namesOf(scope: RequiredScope): readonly string[] {
  if (scope === null) return [];
  return typeof scope === 'string' ? [scope] : scope.anyOf;
}

/** Administrators see everything, other callers what they own. */
export function mayAccess({ role, id }: Principal, ownerId: string | null): boolean {
  return role === 'administrator' || (ownerId !== null && ownerId === id);
}

/** Who may register apps: all users, or administrators only (`GRANTOR_DEVELOPERS`). */
export type Developers = 'everybody' | 'administrators';

/** The role of a user. */
export function roleOf(account: AccountRecord, developers: Developers): Role {
  if (account.isAdmin) return 'administrator';
  return developers === 'everybody' ? 'developer' : 'guest';
}

/** The principal of a user with one of their credentials. */
export function principalOfUser(
  account: AccountRecord,
  developers: Developers,
  known: Pick<Principal, 'scopes' | 'credential' | 'via' | 'expiresAt'>,
): Principal & { readonly account: AccountRecord } {
  return {
    id: account.id,
    account,
    role: roleOf(account, developers),
    actor: { type: 'account', id: account.id, name: account.name },
    isDerived: false,
    ...known,
  };
}
