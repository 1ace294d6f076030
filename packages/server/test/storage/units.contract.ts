import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/open-store.js';
import type { Database } from '../../src/storage/sql/database.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { defineStatement } from '../../src/storage/sql/statement.js';
import { execute, first } from '../../src/storage/sql/unit.js';
import { atOnce, type Backend } from './fixtures.js';

const insertRow = defineStatement((db, p: { id: number; value: number }) =>
  db.insertInto('health_checks').values({ id: p.id, checked_at: p.value }),
);

const readRow = defineStatement((db, p: { id: number }) =>
  db.selectFrom('health_checks').select('checked_at').where('id', '=', p.id),
);

const addOne = defineStatement((db, p: { id: number }) =>
  db
    .updateTable('health_checks')
    .set((eb) => ({ checked_at: eb('checked_at', '+', 1) }))
    .where('id', '=', p.id)
    .returning('checked_at'),
);

/** What the statements need of a database. */
export function unitsContract(backend: Backend): void {
  describe('units', () => {
    let database: Database;

    beforeAll(async () => {
      database = openDatabase(await backend.createDatabase());
      await migrate(database, migrations);
    });
    afterAll(() => database.close());

    it('rolls back a unit that fails, and no other unit', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, index) =>
          database.unit(function* () {
            yield* execute(insertRow, { id: 1000 + index, value: 1 });
            yield* execute(insertRow, { id: 2000 + index, value: 1 });
            if (index % 4 === 0) throw new Error(`unit ${index}`);
            // The database itself refuses this one.
            if (index % 4 === 1) yield* execute(insertRow, { id: 1000 + index, value: 2 });
            return index;
          }),
        ),
      );
      for (const [index, outcome] of outcomes.entries()) {
        const failing = index % 4 < 2;
        expect(outcome.status).toBe(failing ? 'rejected' : 'fulfilled');
        for (const id of [1000 + index, 2000 + index]) {
          const row = await database.readFirst(readRow, { id });
          expect(row).toEqual(failing ? undefined : { checked_at: 1 });
        }
      }
    });

    it('lets a unit read its own writes', async () => {
      const seen = await database.unit(function* () {
        yield* execute(insertRow, { id: 3000, value: 7 });
        return yield* first(readRow, { id: 3000 });
      });
      expect(seen).toEqual({ checked_at: 7 });
    });

    it('loses no write of many simultaneous units that change one row', async () => {
      await database.write(insertRow, { id: 4000, value: 0 });
      const rows = await atOnce(100, () => database.unit(() => first(addOne, { id: 4000 })));
      const values = rows.map((row) => row?.checked_at ?? -1).toSorted((a, b) => a - b);
      expect(values).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    });

    it('shows a committed write to later reads', async () => {
      for (let id = 5000; id < 5050; id += 1) {
        await database.write(insertRow, { id, value: id });
        expect(await database.readFirst(readRow, { id })).toEqual({ checked_at: id });
      }
    });

    it('keeps every whole number up to 2^53 - 1', async () => {
      await database.write(insertRow, { id: 6000, value: Number.MAX_SAFE_INTEGER });
      expect(await database.readFirst(readRow, { id: 6000 })).toEqual({
        checked_at: Number.MAX_SAFE_INTEGER,
      });
    });

    it('refuses a statement without one of its parameters', async () => {
      await expect(database.readFirst(readRow, {} as { id: number })).rejects.toThrow('value for id');
    });
  });
}
