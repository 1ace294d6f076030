import type { AuditEvent } from './audit.port.js';

/** What is stored of an authorization request once the user has decided it. */
export interface TicketToSpend {
  readonly id: string;
  /** When the ticket expires, in seconds since the epoch. */
  readonly expiresAt: number;
}

/** Tickets of authorization requests that were decided. A request without a decision has no row. */
export interface SpentTicketStore {
  isSpent(id: string): Promise<boolean>;
  /**
   * Spends the ticket with one insert: of several simultaneous decisions, one counts.
   *
   * @param event the audit event of the decision, in the same unit; not written if the ticket was spent before
   */
  spend(ticket: TicketToSpend, event?: AuditEvent): Promise<'spent' | 'alreadySpent'>;
  /** @returns how many rows it deleted */
  purge(expiredBefore: number, limit: number): Promise<number>;
}
