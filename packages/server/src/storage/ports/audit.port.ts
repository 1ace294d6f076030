import type { Page, PageRequest } from './page.js';

/** What happened: `<what>.<happened>`, or the reuse of a code or token. */
export type AuditEventType = 'authorization_code_reused' | 'refresh_token_reused' | `${string}.${string}`;

/** Who caused an event. */
export interface AuditActor {
  /** A user, an API key without a user, an app for itself, a user of the command line, or Grantor itself. */
  readonly type: 'account' | 'api_key' | 'client' | 'operator' | 'system';
  readonly id: string | null;
  /** The name at that time. */
  readonly name: string | null;
}

/** One event, without any secret. It stays when its actor and its target are deleted. */
export interface AuditEvent {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly type: AuditEventType;
  readonly actor: AuditActor;
  /** How the actor authenticated: `api_key:<id>`, `session`, `access_token:<client>`, ...; null where that was not required. */
  readonly via: string | null;
  /** The network address of the request. */
  readonly address: string | null;
  /** What was changed. */
  readonly target: { readonly type: string; readonly id: string } | null;
  /** The changed values, before and after. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  /** The client, user and grant that it can be found by. */
  readonly clientId: string | null;
  readonly accountId: string | null;
  readonly grantId: string | null;
}

/**
 * Creates the audit event of a change from its result; undefined for no event. It is called within the unit, which can run
 * again, and must have no side effect.
 */
export type Note<T> = (done: T) => AuditEvent | undefined;

/** Which events: those that match all members. */
export interface AuditFilter {
  /** Exactly this type. */
  readonly type?: string | undefined;
  /** The part of the types before their first dot: `client` for `client.created` and all other events of apps. */
  readonly typeGroup?: string | undefined;
  readonly actorId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  /** Seconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Seconds since the epoch, exclusive. */
  readonly to?: number | undefined;
}

export interface AuditStore {
  /** Adds an event of something that changed no row, or that was refused. */
  add(event: AuditEvent): Promise<void>;
  /** Adds several events in one unit. */
  addAll(events: readonly AuditEvent[]): Promise<void>;
  /** One page of the events that match the filter, newest first. */
  list(page: PageRequest, filter?: AuditFilter): Promise<Page<AuditEvent>>;
  /** Deletes up to `limit` events that are older than a time, the oldest first. @returns how many */
  purge(before: number, limit: number): Promise<number>;
}
