import { describe, expect, it } from 'vitest';
import { mapped, withComputed } from '../../src/storage/sql/codec/compound.js';
import { flag, integer, json, text, texts } from '../../src/storage/sql/codec/field.js';
import { defineTable } from '../../src/storage/sql/codec/table.js';

describe('a table with a computed column', () => {
  const table = defineTable('clients', {
    id: text('id'),
    scopes: withComputed(json<'scopes', string[]>('scopes'), flag('is_enabled'), (all) => all.length > 0),
    version: mapped(
      withComputed(integer('version'), integer('double'), (value) => 2 * value),
      (stored) => `v${stored}`,
      (value) => Number(value.slice(1)),
    ),
  });
  const record = { id: 'a', scopes: ['openid'], version: 'v3' };

  it('writes it with the record', () => {
    expect(table.rowOf(record)).toEqual({
      id: 'a',
      scopes: '["openid"]',
      is_enabled: 1,
      version: 3,
      double: 6,
    });
    expect(Object.keys(table.columns)).toEqual(['id', 'scopes', 'is_enabled', 'version', 'double']);
  });

  it('reads a record without it, alone and in a join', () => {
    expect(table.selection).toEqual(['clients.id', 'clients.scopes', 'clients.version']);
    expect(table.recordOf({ id: 'a', scopes: '["openid"]', version: 3 })).toEqual(record);
    const joined = table.prefixed('client_');
    expect(joined.selection).toEqual([
      'clients.id as client_id',
      'clients.scopes as client_scopes',
      'clients.version as client_version',
    ]);
    expect(joined.recordOrNull({ client_id: 'a', client_scopes: '["openid"]', client_version: 3 })).toEqual(
      record,
    );
    expect(joined.recordOrNull({ client_id: null, client_scopes: null, client_version: null })).toBeNull();
  });
});

describe('a list of texts', () => {
  const { recordOf } = defineTable('clients', { scopes: texts('scopes') });
  const read = (scopes: string) => recordOf({ scopes }).scopes;

  it('is the list of its row, whichever row was read before', () => {
    const long = Array.from({ length: 100 }, (_, index) => `scope-${index}`);
    const lists = [['openid'], ['openid'], [], ['email'], long, ['email'], long, [], ['openid']];
    expect(lists.map((list) => read(JSON.stringify(list)))).toEqual(lists);
  });

  it.each(['[]', '["openid"]'])('cannot be changed, since other records have it too: %s', (stored) => {
    expect(Object.isFrozen(read(stored))).toBe(true);
    expect(read(stored)).toBe(read(stored));
  });
});
