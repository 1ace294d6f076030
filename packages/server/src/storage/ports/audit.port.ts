/** What is worth remembering for those who must find out later what happened. */
export type AuditEventType = 'authorization_code_reused' | 'refresh_token_reused';

/** One thing that happened, without any secret. It outlives what it speaks of. */
export interface AuditEvent {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly type: AuditEventType;
  readonly clientId: string | null;
  readonly accountId: string | null;
  readonly grantId: string | null;
}

export interface AuditStore {
  /** The newest events first. */
  list(limit: number): Promise<readonly AuditEvent[]>;
}
