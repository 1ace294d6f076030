import { coversManagementScope, type ManagementScope } from '../scopes/management-scopes.js';
import type { AccountRecord, AuditActor, ClientRecord } from '../storage/ports/index.js';

/** What somebody may do with the management API, from the least to the most. */
export const roles = ['guest', 'developer', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** What somebody was known by, so that what is made with it can end with it. */
export type Credential =
  | { readonly kind: 'nothing' }
  /** The cookie of a person who is signed in, by its hash, and the session's public name. */
  | { readonly kind: 'session'; readonly sessionId: string; readonly tokenHash: string }
  | { readonly kind: 'api_key'; readonly keyId: string; readonly keyHash: string }
  /** An access token of ours; its grant is null where the app acts for itself. */
  | {
      readonly kind: 'access_token';
      readonly client: ClientRecord;
      readonly grantId: string | null;
      readonly token: TokenName;
    };

/** By what storage knows an access token: the `jti` of a JWT, the hash of a reference. */
export type TokenName = { readonly format: 'jwt' | 'opaque'; readonly id: string };

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
  readonly credential: Credential;
  /** Whether they sent an x-signature that was made with the credential, and not the credential itself. */
  readonly isSigned: boolean;
  /** What they were known by, for the audit trail: `session`, `api_key:<id>`, `access_token:<client_id>`. */
  readonly via: string;
  /** When the credential ends, so that no key made with it outlives it; null where it does not, as a person does not. */
  readonly expiresAt: number | null;
}

/** Whoever sends nothing that says who they are. */
export const nobody: Principal = {
  id: '',
  account: null,
  role: 'guest',
  scopes: new Set(),
  actor: { type: 'system', id: null, name: null },
  credential: { kind: 'nothing' },
  isSigned: false,
  via: 'nothing',
  expiresAt: null,
};

/**
 * What a credential must be good for: a management scope, one of some scopes of the catalogue, or (null) anything
 * of this API.
 */
export type RequiredScope = ManagementScope | { readonly anyOf: readonly string[] } | null;

export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** Whether the credential is good for this, whatever its holder may do. */
export function isGoodFor({ scopes }: Pick<Principal, 'scopes'>, scope: RequiredScope): boolean {
  if (scopes === null) return true;
  // What was given for another API, in a token that happens to be for this one too, opens nothing here.
  if (scope === null) return [...scopes].some((given) => given.startsWith('grantor.'));
  if (typeof scope === 'string') return coversManagementScope(scopes, scope);
  return scope.anyOf.some((name) => scopes.has(name));
}

/** The scopes by name that any one of will do; empty where none is asked for by name. */
export function namesOf(scope: RequiredScope): readonly string[] {
  if (scope === null) return [];
  return typeof scope === 'string' ? [scope] : scope.anyOf;
}

/** Administrators see everything; everybody else what is theirs. */
export function isTheirs({ role, id }: Principal, ownerId: string | null): boolean {
  return role === 'administrator' || (ownerId !== null && ownerId === id);
}

/** Who may register apps: everybody who can sign in, or administrators alone. The operator's to say. */
export type Developers = 'everybody' | 'administrators';

/** What a person may do. */
export function roleOf(account: AccountRecord, developers: Developers): Role {
  if (account.isAdmin) return 'administrator';
  return developers === 'everybody' ? 'developer' : 'guest';
}

/** A person who calls, by one of their credentials. */
export function personAs(
  account: AccountRecord,
  developers: Developers,
  known: Pick<Principal, 'scopes' | 'credential' | 'via' | 'expiresAt'>,
): Principal & { readonly account: AccountRecord } {
  return {
    id: account.id,
    account,
    role: roleOf(account, developers),
    actor: { type: 'account', id: account.id, name: account.name },
    isSigned: false,
    ...known,
  };
}
