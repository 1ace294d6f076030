import { type Config, createGrantor } from '@grantor/server';
import { describe, expect, it } from 'vitest';
import { deploymentConfig } from '../../../../test/kit/deployment.js';
import { fillOldDatabase } from '../../../../test/kit/old-database.js';
import { databases } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDatabase } from '../../../../test/kit/test-database.js';

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
    await fillOldDatabase(url, 'scopes-of-docspace', [
      `INSERT INTO accounts (id, username, email_verified, name, claims, is_admin, created_at, updated_at)
       VALUES ('bob', 'bob', 0, 'Bob', '{}', 0, 1, 1)`,
      `DELETE FROM scopes WHERE name = 'rooms:write'`,
    ]);
    const kept = all.filter((name) => name !== 'rooms:write');
    expect(await scopesAfterStart(url, 'none')).toEqual(kept);
    expect(await scopesAfterStart(url, 'docspace')).toEqual(kept);
  });
});
