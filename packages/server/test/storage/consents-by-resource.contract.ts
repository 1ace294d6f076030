import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import type { Database } from '../../src/storage/sql/database.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { plainStatement } from '../../src/storage/sql/statement.js';
import type { Backend } from './fixtures.js';

const A = 'https://a.example.com';
const B = 'https://b.example.com';
const DEFAULT = 'https://id.example.com';

/** A row of the table before: what was allowed, and when. */
type Row = readonly [item: string, at: number];

const lastBefore = migrations.findIndex(({ name }) => name === 'consents-by-resource');

export function consentsByResourceContract(backend: Backend): void {
  describe('the migration of consents to pairs of resource and scope', () => {
    const write = (database: Database, text: string) => database.write(plainStatement(text), {});

    /** What these rows of an older database are after the upgrade and the first start: `at resource: scope`. */
    async function upgraded(
      rows: readonly Row[],
      more: {
        readonly audience?: string;
        readonly grantsAt?: readonly number[];
        readonly ownOfA?: string;
      } = {},
    ): Promise<readonly string[]> {
      const url = await backend.createDatabase();
      const database = openDatabase(url);
      await migrate(database, migrations.slice(0, lastBefore));
      await write(
        database,
        `INSERT INTO accounts (id, username, email_verified, name, is_admin, created_at, updated_at, claims)
          VALUES ('ada', 'ada', 0, 'Ada', 0, 1, 1, '{}')`,
      );
      const audience = more.audience === undefined ? 'NULL' : `'${more.audience}'`;
      await write(
        database,
        `INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types, scopes,
            access_token_format, id_token_algorithm, audience, compatibility, metadata, enabled, created_at, updated_at)
          VALUES ('app', 'App', 'none', '[]', '[]', '[]', '[]', 'jwt', 'ES256', ${audience}, '[]', '{}', 1, 1, 1)`,
      );
      if (more.ownOfA !== undefined) {
        await write(
          database,
          `INSERT INTO scopes (name, group_name, type, texts, resource, needs_approval)
            VALUES ('${more.ownOfA}', 'files', 'read', '{}', '${A}', 0)`,
        );
      }
      await write(
        database,
        `INSERT INTO consents (account_id, client_id, modified_at) VALUES ('ada', 'app', 9)`,
      );
      for (const [item, at] of rows) {
        await write(
          database,
          `INSERT INTO consent_scopes (account_id, client_id, scope, granted_at) VALUES ('ada', 'app', '${item}', ${at})`,
        );
      }
      for (const at of more.grantsAt ?? []) {
        await write(
          database,
          `INSERT INTO grants (id, client_id, account_id, scopes, audience, session_id, auth_time, details, created_at)
            VALUES ('${randomUUID()}', 'app', 'ada', '[]', '${DEFAULT}', '', 1, '{}', ${at})`,
        );
      }
      await database.close();
      const store = await openStore(url);
      await store.consents.settleDefaultAudience(DEFAULT);
      // Only what is for the default audience at the first start is: a later start changes nothing.
      await store.consents.settleDefaultAudience('https://later.example.com');
      const items = await store.consents.find('ada', 'app');
      const { items: listed } = await store.consents.listOfAccount('ada', { limit: 5, after: null });
      expect(listed.map((consent) => consent.items)).toEqual([items]);
      await store.close();
      return items.map(({ resource, name }) => `${resource ?? 'none'} ${name}`).toSorted();
    }

    it('keeps a consent without resources for the default audience of the deployment', async () => {
      const rows: readonly Row[] = [
        ['openid', 1],
        ['files:read', 1],
        ['claim:email', 2],
        ['files:write', 3],
      ];
      expect(await upgraded(rows)).toEqual([
        `${DEFAULT} files:read`,
        `${DEFAULT} files:write`,
        'none claim:email',
        'none openid',
      ]);
    });

    it('keeps it for the registered audience of the client where it has one', async () => {
      expect(await upgraded([['files:read', 1]], { audience: 'files api' })).toEqual([
        'files api files:read',
      ]);
    });

    it('keeps scopes for the resources that one request asked for with them, and for no others', async () => {
      const rows: readonly Row[] = [
        ['profile', 1],
        ['files:read', 1],
        [`resource:${A}`, 1],
        ['files:write', 5],
        [`resource:${B}`, 5],
      ];
      expect(await upgraded(rows, { grantsAt: [1, 5, 7] })).toEqual([
        `${A} files:read`,
        `${A} resource:access`,
        `${B} files:write`,
        `${B} resource:access`,
        'none profile',
      ]);
    });

    it('keeps what was allowed before any resource was for the default audience', async () => {
      const rows: readonly Row[] = [
        ['files:read', 1],
        ['rooms:read', 5],
        [`resource:${A}`, 5],
      ];
      expect(await upgraded(rows)).toEqual([
        `${A} resource:access`,
        `${A} rooms:read`,
        `${DEFAULT} files:read`,
      ]);
    });

    it('keeps for no resource, which allows nothing, what it does not know the resource of', async () => {
      const later: readonly Row[] = [
        [`resource:${A}`, 1],
        ['openid', 1],
        ['files:write', 5],
      ];
      expect(await upgraded(later)).toEqual([`${A} resource:access`, 'none files:write', 'none openid']);
      const inOneSecond: readonly Row[] = [
        ['files:read', 1],
        ['files:write', 1],
        [`resource:${A}`, 1],
      ];
      expect(await upgraded(inOneSecond, { grantsAt: [1, 1] })).toEqual([
        `${A} resource:access`,
        'none files:read',
        'none files:write',
      ]);
    });

    it('keeps a scope of one resource for that one alone', async () => {
      const rows: readonly Row[] = [
        ['own', 1],
        [`resource:${A}`, 1],
        [`resource:${B}`, 1],
      ];
      expect(await upgraded(rows, { ownOfA: 'own' })).toEqual([
        `${A} own`,
        `${A} resource:access`,
        `${B} resource:access`,
      ]);
    });
  });
}
