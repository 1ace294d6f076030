import type { Page, PageRequest } from './page.js';

/** What is worth remembering for those who must find out later what happened: `<what>.<happened>`, or a reuse. */
export type AuditEventType = 'authorization_code_reused' | 'refresh_token_reused' | `${string}.${string}`;

/** Who did it. */
export interface AuditActor {
  /** A person, a key that is nobody's, an app for itself, whoever has the command line, or Grantor by itself. */
  readonly type: 'account' | 'api_key' | 'client' | 'operator' | 'system';
  readonly id: string | null;
  /** As they were called then. */
  readonly name: string | null;
}

/** One thing that happened, without any secret. It outlives what it speaks of. */
export interface AuditEvent {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly type: AuditEventType;
  readonly actor: AuditActor;
  /** What the actor was known by: `api_key:<id>`, `session`, `access_token:<client>`, ...; null where nothing was asked for. */
  readonly via: string | null;
  /** The network address that it came from. */
  readonly address: string | null;
  /** What it was done to. */
  readonly target: { readonly type: string; readonly id: string } | null;
  /** What changed, as it was and as it is. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  /** The client, person and grant that it has to do with, by which it can be found. */
  readonly clientId: string | null;
  readonly accountId: string | null;
  readonly grantId: string | null;
}

/**
 * Tells what to remember of a verb, from what it did; undefined for nothing. It is called within the unit, which
 * may run again, and has no effect but its result.
 */
export type Note<T> = (done: T) => AuditEvent | undefined;

/** Which events: those that all of it holds for. */
export interface AuditFilter {
  /** Exactly this type. */
  readonly type?: string | undefined;
  /** What types begin with before their first dot: `client` for `client.created` and all others of apps. */
  readonly typeGroup?: string | undefined;
  readonly actorId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  /** Seconds since the epoch, the first that counts. */
  readonly from?: number | undefined;
  /** Seconds since the epoch, the first that no longer counts. */
  readonly to?: number | undefined;
}

export interface AuditStore {
  /** Writes down what changed nothing that this store keeps, or what was refused. */
  add(event: AuditEvent): Promise<void>;
  /** Writes down several events in one unit. */
  addAll(events: readonly AuditEvent[]): Promise<void>;
  /** One page of the events that the filter lets through, newest first. */
  list(page: PageRequest, filter?: AuditFilter): Promise<Page<AuditEvent>>;
  /** Deletes up to `limit` of the events from before a time, the oldest first. @returns how many */
  purge(before: number, limit: number): Promise<number>;
}
