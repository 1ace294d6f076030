import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { listStatement } from '../../src/storage/sql/audit-list.sql.js';
import type { Database } from '../../src/storage/sql/database.js';
import { type AnyStatement, type Dialect, plainStatement } from '../../src/storage/sql/statement.js';
import { type Backend, NOW } from './fixtures.js';
import { planOf, withNumbers } from './query-plan.js';

const EVENTS = 100_000;

/** Events of one user among those of all users, by every filter. */
const values = {
  limit: 31,
  type: 'client.created',
  typeGroup: 'client',
  actorId: 'actor-7',
  clientId: 'client-7',
  accountId: 'account-7',
  targetType: 'client',
  targetId: 'target-7',
  from: NOW - 2000,
  to: NOW - 98_000,
  afterAt: NOW - 50_000,
  afterId: 'm',
} as const;

type Filter = Parameters<typeof listStatement>[0][number];

/** Each filter alone, with its index. */
const single: readonly (readonly [Filter, string])[] = [
  ['type', 'audit_events_of_type'],
  ['typeGroup', 'audit_events_of_type_group'],
  ['actorId', 'audit_events_of_actor'],
  ['clientId', 'audit_events_of_client'],
  ['accountId', 'audit_events_of_account'],
  ['targetType', 'audit_events_of_target_type'],
  ['targetId', 'audit_events_of_target'],
  ['from', 'audit_events_newest_first'],
  ['to', 'audit_events_newest_first'],
  ['afterId', 'audit_events_newest_first'],
];

export function auditPlansContract(backend: Backend): void {
  describe(`a page out of ${EVENTS} audit events`, () => {
    let database: Database;
    let dialect: Dialect;

    beforeAll(async () => {
      const url = await backend.createDatabase();
      await (await openStore(url)).close();
      dialect = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
      database = openDatabase(url);
      await database.write(
        plainStatement(
          `${withNumbers(dialect, 1, EVENTS)} INSERT INTO audit_events
             (id, at, type, type_group, actor_type, actor_id, client_id, account_id, target_type, target_id)
           SELECT 'event-' || n, ${NOW} - n,
             CASE WHEN n % 500 = 0 THEN 'client.created' ELSE 'session.started' END,
             CASE WHEN n % 500 = 0 THEN 'client' ELSE 'session' END,
             'account', 'actor-' || (n % 1000), 'client-' || (n % 1000), 'account-' || (n % 1000),
             CASE WHEN n % 500 = 0 THEN 'client' ELSE 'session' END, 'target-' || (n % 1000)
           FROM numbers`,
        ),
        {},
      );
      await database.write(plainStatement('ANALYZE'), {});
    });
    afterAll(() => database.close());

    const planFor = (statement: AnyStatement) => planOf(database, dialect, statement, values);
    const sorts = /TEMP B-TREE|Sort/;

    it.each(single)('is read from an index for the filter %s alone', async (filter, index) => {
      const plan = await planFor(listStatement([filter]));
      expect(plan).toContain(`${index}${dialect === 'sqlite' ? ' ' : ' on audit_events'}`);
      expect(plan).not.toMatch(sorts);
    });

    it.each(single)('is read from an index on the pages after the first, too: %s', async (filter) => {
      const plan = await planFor(listStatement([filter, 'afterId']));
      expect(plan).toMatch(/audit_events_(?:of_|newest_first)/);
      expect(plan).not.toMatch(sorts);
    });

    it('does not scan the table for any two filters', async () => {
      const names = single.map(([name]) => name);
      for (const one of names) {
        for (const other of names) {
          const plan = await planFor(listStatement([one, other]));
          expect({ one, other, plan }).toEqual({ one, other, plan: expect.stringMatching(/ndex |INDEX /) });
          expect(plan).not.toMatch(/Seq Scan/);
        }
      }
    });

    it('is a statement of its own for each combination, whatever the order of its filters', () => {
      expect(listStatement(['type', 'actorId'])).toBe(listStatement(['actorId', 'type']));
      expect(listStatement(['type'])).not.toBe(listStatement(['typeGroup']));
    });
  });
}
