import { describe, expect, it } from 'vitest';
import { createCompiler, defineStatement } from '../../src/storage/sql/statement.js';

describe('a select that locks its rows', () => {
  const lockClient = defineStatement((db, p: { id: string }, lock) =>
    lock(db.selectFrom('clients').select('id').where('id', '=', p.id)),
  );

  it('does not lock rows that refer to them on PostgreSQL: FOR NO KEY UPDATE', () => {
    expect(createCompiler('postgres')(lockClient).sql).toMatch(/ for no key update$/);
  });

  it('is a plain select on SQLite, where a unit is the only writer', () => {
    expect(createCompiler('sqlite')(lockClient).sql).not.toContain(' for ');
  });
});

describe('the parameters of a statement', () => {
  const rename = defineStatement((db, p: { id: string; name: string; now: number }) =>
    db.updateTable('clients').set({ name: p.name, enabled: 1, updated_at: p.now }).where('id', '=', p.id),
  );

  it('are sorted into the order of its text, among its own values', () => {
    const { bind } = createCompiler('sqlite')(rename);
    expect(bind({ id: 'x', now: 7, name: 'App' })).toEqual(['App', 1, 7, 'x']);
    // A second call gets values of its own.
    expect(bind({ id: 'y', now: 8, name: 'Other' })).toEqual(['Other', 1, 8, 'y']);
  });

  it('must all be given', () => {
    const { bind } = createCompiler('sqlite')(rename);
    expect(() => bind({ id: 'x', now: 7 })).toThrow('The statement needs a value for name');
  });
});
