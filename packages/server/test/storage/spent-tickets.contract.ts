import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Store, TicketToSpend } from '../../src/storage/ports/index.js';
import { atOnce, countOf, fromSession, NOW, pending, seed } from './fixtures.js';

const ticketUntil = (expiresAt = NOW + 3600): TicketToSpend => ({ id: randomUUID(), expiresAt });

export function spentTicketsContract(store: () => Store): void {
  describe('spent tickets', () => {
    it('are spent once, however many decisions come at once', async () => {
      const ticket = ticketUntil();
      expect(await store().spentTickets.isSpent(ticket.id)).toBe(false);
      const outcomes = await atOnce(20, () => store().spentTickets.spend(ticket));
      expect(countOf(outcomes, 'spent')).toBe(1);
      expect(countOf(outcomes, 'alreadySpent')).toBe(19);
      expect(await store().spentTickets.isSpent(ticket.id)).toBe(true);
    });

    it('are spent with one grant, and nothing is written of the others', async () => {
      const ticket = ticketUntil();
      const seeded = await seed(store());
      const written = Array.from({ length: 10 }, () => pending(seeded));
      const outcomes = await Promise.all(
        written.map(({ grant, code }) => store().grants.create({ grant, code, ticket })),
      );
      expect(outcomes.toSorted()).toEqual(['created', ...Array(9).fill('ticketSpent')]);
      const found = await Promise.all(written.map(({ grant }) => store().grants.find(grant.id)));
      expect(found.filter((grant) => grant !== undefined)).toHaveLength(1);
      expect(await store().spentTickets.spend(ticket)).toBe('alreadySpent');
    });

    it('are not spent with a grant that is not written', async () => {
      const ticket = ticketUntil();
      const { grant, code } = pending(await seed(store()));
      const ended = { ...grant, origin: fromSession(randomUUID()) };
      expect(await store().grants.create({ grant: ended, code, ticket })).toBe('originEnded');
      expect(await store().spentTickets.isSpent(ticket.id)).toBe(false);
    });

    it('are purged when they have expired, no more at once than asked for', async () => {
      const expired = [1, 2, 3].map((seconds) => ticketUntil(1000 - seconds));
      const living = ticketUntil(1001);
      for (const ticket of [...expired, living]) await store().spentTickets.spend(ticket);
      expect(await store().spentTickets.purge(1000, 2)).toBe(2);
      expect(await store().spentTickets.purge(1000, 2)).toBe(1);
      expect(await store().spentTickets.purge(1000, 2)).toBe(0);
      expect(await store().spentTickets.isSpent(living.id)).toBe(true);
    });
  });
}
