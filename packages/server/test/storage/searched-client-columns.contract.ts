import { describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { findOpenlyIntrospected } from '../../src/storage/sql/clients.sql.js';
import { createCompiler } from '../../src/storage/sql/statement.js';
import { type Backend, client, NOW } from './fixtures.js';
import { planOf } from './query-plan.js';
import { upgraded } from './upgrade.js';

const OPEN = 'allow_introspection_without_credentials';

export function searchedClientColumnsContract(backend: Backend): void {
  describe('what clients are searched by', () => {
    it('is known of the clients of older versions', async () => {
      const row = (id: string, grantTypes: string, compatibility: string, metadata: string) =>
        `INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types, scopes,
            access_token_format, id_token_algorithm, compatibility, metadata, enabled, created_at, updated_at)
          VALUES ('${id}', 'App', 'none', '[]', '${grantTypes}', '[]', '[]', 'jwt', 'RS256', '${compatibility}',
            '${metadata}', 1, 1, 1)`;
      const unused = row('unused', '["authorization_code"]', '[]', '{"client_uri":"protected_resources"}');
      const inUse = [
        row('program', '["authorization_code","client_credentials"]', '[]', '{}'),
        row('server', '[]', '[]', '{"protected_resources":["https://api.example"]}'),
      ];
      const dynamic = ['unused', 'program', 'server'].map(
        (id) =>
          `INSERT INTO dynamic_clients (client_id, is_shared, is_used, registered_at) VALUES ('${id}', 0, 0, 1)`,
      );
      const store = await upgraded(backend, 'searched-client-columns', [unused, ...inUse, ...dynamic]);
      expect(await store.clients.someAllowOpenIntrospection()).toBe(false);
      while ((await store.dynamicClients.purgeUnused(NOW, 10)) > 0);
      const { items } = await store.clients.list({ limit: 10, after: null });
      expect(items.map(({ id }) => id).toSorted()).toEqual(['program', 'server']);
      await store.close();

      const open = row('open', '[]', `["${OPEN}"]`, '{}');
      const other = await upgraded(backend, 'searched-client-columns', [open]);
      expect(await other.clients.someAllowOpenIntrospection()).toBe(true);
      await other.close();
    });

    it('changes with the client', async () => {
      const store = await openStore(await backend.createDatabase());
      const app = client({ compatibility: [OPEN] });
      await store.clients.create(app);
      expect(await store.clients.someAllowOpenIntrospection()).toBe(true);
      await store.clients.update(app.id, { enabled: false, updatedAt: NOW });
      expect(await store.clients.someAllowOpenIntrospection()).toBe(false);
      await store.clients.update(app.id, { enabled: true, compatibility: [], updatedAt: NOW });
      expect(await store.clients.someAllowOpenIntrospection()).toBe(false);
      await store.close();
    });

    it('has an index that the statement names the condition of, whatever the number of clients', async () => {
      const url = await backend.createDatabase();
      await (await openStore(url)).close();
      const dialect = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
      expect(createCompiler(dialect)(findOpenlyIntrospected).sql).toContain('"introspects_openly" = 1');
      const database = openDatabase(url);
      const plan = await planOf(database, dialect, findOpenlyIntrospected, {});
      await database.close();
      expect(plan).toContain('clients_introspected_openly');
    });
  });
}
