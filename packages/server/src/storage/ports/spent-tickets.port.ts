import type { AuditEvent } from './audit.port.js';

/** An authorization request on its pages, by what must be remembered once it was answered. */
export interface TicketToSpend {
  readonly id: string;
  /** When the ticket cannot be used any more, in seconds since the epoch. */
  readonly expiresAt: number;
}

/** Tickets of authorization requests that were answered. A request that is never answered has no row. */
export interface SpentTicketStore {
  isSpent(id: string): Promise<boolean>;
  /**
   * Spends the ticket, in one insert: of several answers at once, one counts.
   *
   * @param event what to remember of the answer, in the same unit; not written where the ticket was spent before
   */
  spend(ticket: TicketToSpend, event?: AuditEvent): Promise<'spent' | 'alreadySpent'>;
  /** @returns how many rows it deleted */
  purge(expiredBefore: number, limit: number): Promise<number>;
}
