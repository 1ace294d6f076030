import { type Config, createGrantor } from '@grantor/server';
import { describe, expect, it } from 'vitest';
import { deploymentConfig } from '../../../../test/kit/deployment.js';
import { databases } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { openDatabase } from '../../src/storage/open-store.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { plainStatement } from '../../src/storage/sql/statement.js';

const files = ['files:read', 'files:write'];
const ofDocspace = [
  'accounts.self:read',
  'accounts.self:write',
  'accounts:read',
  'accounts:write',
  'rooms:read',
  'rooms:write',
];
const all = [...ofDocspace, ...files].toSorted();
const before = migrations.slice(
  0,
  migrations.findIndex(({ name }) => name === 'scopes-of-docspace'),
);

describe.each(databases)('the scopes of DocSpace on %s', (kind) => {
  /** Starts a server, deletes a scope if asked to, and stops it. Returns the names of its scopes. */
  const scopesAfterStart = async (url: string, compat: Config['compat'], deleted?: string) => {
    const server = await createGrantor(deploymentConfig(url, { compat }), { stretch: cheapStretch });
    const { scopes } = await server.store.scopes.load();
    if (deleted !== undefined) await server.store.scopes.delete(deleted);
    await server.close();
    return scopes.map(({ name }) => name).toSorted();
  };

  it('are not in a new database without the compatibility mode', async () => {
    expect(await scopesAfterStart(await createDatabase(kind), 'none')).toEqual(files);
  });

  it('are added by the mode, also later, and stay when it is turned off', async () => {
    const url = await createDatabase(kind);
    expect(await scopesAfterStart(url, 'none')).toEqual(files);
    expect(await scopesAfterStart(url, 'docspace')).toEqual(all);
    expect(await scopesAfterStart(url, 'none')).toEqual(all);
  });

  it('are added once: those that the operator deleted stay deleted', async () => {
    const url = await createDatabase(kind);
    expect(await scopesAfterStart(url, 'docspace', 'rooms:write')).toContain('rooms:write');
    expect(await scopesAfterStart(url, 'docspace')).toEqual(all.filter((name) => name !== 'rooms:write'));
  });

  it('stay in a database from before the mode, without those that the operator had deleted', async () => {
    const url = await createDatabase(kind);
    const database = openDatabase(url);
    await migrate(database, before);
    const write = (statement: string) => database.write(plainStatement(statement), {});
    await write(
      `INSERT INTO accounts (id, username, email_verified, name, claims, is_admin, created_at, updated_at)
       VALUES ('bob', 'bob', 0, 'Bob', '{}', 0, 1, 1)`,
    );
    await write(`DELETE FROM scopes WHERE name = 'rooms:write'`);
    await database.close();
    const kept = all.filter((name) => name !== 'rooms:write');
    expect(await scopesAfterStart(url, 'none')).toEqual(kept);
    expect(await scopesAfterStart(url, 'docspace')).toEqual(kept);
  });
});
