import { describe, expect, it } from 'vitest';
import { builtInScopes } from '../../src/scopes/catalogue.js';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { clientsWithoutScopes } from '../../src/storage/sql/migrations/0019-clients-without-scopes.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import type { Migration } from '../../src/storage/sql/migrations/migration.js';
import { defineStatement, plainStatement } from '../../src/storage/sql/statement.js';
import { type Backend, client, NOW } from './fixtures.js';
import { startProcess } from './other-process.js';

const LATEST = Math.max(...migrations.map(({ version }) => version));

const next = (...statements: string[]): Migration => ({ version: LATEST + 1, name: 'next', statements });

const listScopes = defineStatement((db) => db.selectFrom('clients').select(['id', 'scopes']));

export function migrationsContract(backend: Backend): void {
  describe('migrations', () => {
    it('counts its versions from 1 without gaps', () => {
      expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
    });

    it('changes nothing when the schema is up to date', async () => {
      const url = await backend.createDatabase();
      const app = client();
      const store = await openStore(url);
      await store.clients.create(app);
      await store.close();
      const again = await openStore(url);
      expect(await again.clients.find(app.id)).toEqual(app);
      await again.close();
    });

    it('lets several stores and processes open one empty database at once', async () => {
      const url = await backend.createDatabase();
      const others = [startProcess(url), startProcess(url)];
      const stores = await Promise.all([openStore(url), openStore(url), openStore(url)]);
      for (const other of others) await other.ready();
      for (const store of stores) {
        await store.checkHealth(NOW);
        await store.close();
      }
      for (const other of others) await other.stop();
    });

    it('applies what is new to a database that has data', async () => {
      const url = await backend.createDatabase();
      await (await openStore(url)).close();
      const database = openDatabase(url);
      await migrate(database, [...migrations, next('CREATE TABLE novelty (id TEXT PRIMARY KEY)')]);
      expect(await database.readAll(plainStatement('SELECT id FROM novelty'), {})).toEqual([]);
      await database.close();
    });

    it('gives a client without scopes the scopes that it could request, and leaves others unchanged', async () => {
      const url = await backend.createDatabase();
      const store = await openStore(url);
      const [without, other] = [client({ scopes: [] }), client({ scopes: ['openid'] })];
      for (const app of [without, other]) await store.clients.create(app);
      const { scopes } = await store.scopes.load();
      await store.close();
      const database = openDatabase(url);
      await migrate(database, [...migrations, { ...clientsWithoutScopes, version: LATEST + 1 }]);
      const rows = await database.readAll(listScopes, {});
      await database.close();
      const byId = new Map(rows.map(({ id, scopes: json }) => [id, JSON.parse(json) as string[]]));
      // The migration is older than the scope groups, which apps must register for.
      const openid = [...builtInScopes.values()].filter(
        ({ name, needsApproval }) => !needsApproval && name !== 'groups',
      );
      expect(byId.get(without.id)?.toSorted()).toEqual(
        [...openid, ...scopes].map(({ name }) => name).toSorted(),
      );
      expect(byId.get(other.id)).toEqual(['openid']);
    });

    it('rolls back a migration that fails', async () => {
      const url = await backend.createDatabase();
      await (await openStore(url)).close();
      const database = openDatabase(url);
      const broken = next('CREATE TABLE novelty (id TEXT PRIMARY KEY)', 'CREATE TABLE novelty (id TEXT)');
      await expect(migrate(database, [...migrations, broken])).rejects.toThrow();
      await expect(database.readAll(plainStatement('SELECT id FROM novelty'), {})).rejects.toThrow();
      await database.close();
      await (await openStore(url)).close();
    });

    it('refuses a database that a newer Grantor has upgraded, and says what to do', async () => {
      const url = await backend.createDatabase();
      const database = openDatabase(url);
      await migrate(database, [...migrations, next('CREATE TABLE novelty (id TEXT PRIMARY KEY)')]);
      await database.close();
      await expect(openStore(url)).rejects.toThrow(
        `The database has schema version ${LATEST + 1}, and this Grantor knows versions up to ${LATEST} only.`,
      );
    });
  });
}
