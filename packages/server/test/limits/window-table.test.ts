import { expect, it } from 'vitest';
import { createMemoryTables } from '../../src/memory/tables.js';
import { createWindowTable } from '../../src/throttling/window-table.js';

it('a full table evicts entries also after all of its counts have risen', () => {
  const tables = createMemoryTables();
  const table = createWindowTable(tables, () => 0, { name: 'test', maxEntries: 2 });
  for (const used of [1, 2]) for (const key of ['one', 'other']) table.set(key, { used, endsAt: 60 });
  table.set('new', { used: 1, endsAt: 60 });
  expect(tables.list()[0]?.size()).toBe(2);
  expect(table.get('one')).toBeUndefined();
  expect(table.get('other')?.used).toBe(2);
  table.set('newer', { used: 1, endsAt: 60 });
  expect(table.get('new')).toBeUndefined();
});
