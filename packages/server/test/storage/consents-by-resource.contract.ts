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

/** A row of the older table: what was allowed, and when. */
type Row = readonly [item: string, at: number];

/** The part of a grant that the migration reads. */
interface OldGrant {
  readonly at: number;
  readonly scopes: readonly string[];
  /** The default audience of that time. */
  readonly audience?: string;
  readonly details?: { readonly resources?: readonly string[] };
}

/** The event of an Allow. */
interface OldEvent {
  readonly at: number;
  readonly type?: string;
  readonly allowed: readonly string[];
}

const lastBefore = migrations.findIndex(({ name }) => name === 'consents-by-resource');

export function consentsByResourceContract(backend: Backend): void {
  describe('the migration of consents to pairs of resource and scope', () => {
    const write = (database: Database, text: string) => database.write(plainStatement(text), {});

    /** What these rows of an older database are after the upgrade: `at resource: scope`. */
    async function upgraded(
      rows: readonly Row[],
      more: {
        /** The registered audience of the client now, and when the client last changed. */
        readonly audience?: string;
        readonly updatedAt?: number;
        readonly grants?: readonly OldGrant[];
        readonly events?: readonly OldEvent[];
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
          VALUES ('app', 'App', 'none', '[]', '[]', '[]', '[]', 'jwt', 'ES256', ${audience}, '[]', '{}', 1, 0,
            ${more.updatedAt ?? 0})`,
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
      for (const { at, scopes, audience: of = DEFAULT, details = {} } of more.grants ?? []) {
        await write(
          database,
          `INSERT INTO grants (id, client_id, account_id, scopes, audience, session_id, auth_time, details, created_at)
            VALUES ('${randomUUID()}', 'app', 'ada', '${JSON.stringify(scopes)}', '${of}', '', 1,
              '${JSON.stringify(details)}', ${at})`,
        );
      }
      for (const { at, type = 'consent.given', allowed } of more.events ?? []) {
        await write(
          database,
          `INSERT INTO audit_events (id, at, type, type_group, client_id, account_id, values_after)
            VALUES ('${randomUUID()}', ${at}, '${type}', 'consent', 'app', 'ada', '${JSON.stringify({ allowed })}')`,
        );
      }
      await database.close();
      const store = await openStore(url);
      const items = await store.consents.find('ada', 'app');
      const { items: listed } = await store.consents.listOfAccount('ada', { limit: 5, after: null });
      expect(listed.map((consent) => consent.items)).toEqual([await store.consents.inspect('ada', 'app')]);
      await store.close();
      return items.map(({ resource, name }) => `${resource ?? 'none'} ${name}`).toSorted();
    }

    it('keeps a consent without resources for the default audience that the grant of the same Allow has', async () => {
      const rows: readonly Row[] = [
        ['openid', 1],
        ['files:read', 1],
        ['claim:email', 2],
        ['files:write', 3],
        ['rooms:read', 5],
      ];
      const grants = [
        { at: 1, scopes: ['openid', 'files:read'] },
        { at: 3, scopes: ['openid', 'files:write'], audience: B },
        { at: 6, scopes: ['rooms:read'] },
      ];
      expect(await upgraded(rows, { grants })).toEqual(
        [
          `${DEFAULT} files:read`,
          `${DEFAULT} resource:access`,
          `${B} files:write`,
          'none claim:email',
          'none openid',
          'none rooms:read',
        ].toSorted(),
      );
    });

    it('keeps it for the registered audience of a client that has not changed since', async () => {
      const rows: readonly Row[] = [
        ['openid', 5],
        ['files:read', 5],
      ];
      expect(await upgraded(rows, { audience: 'files api', updatedAt: 4 })).toEqual([
        'files api files:read',
        'files api resource:access',
        'none openid',
      ]);
    });

    it('does not keep it for an audience that the client or the deployment may have got later', async () => {
      const rows: readonly Row[] = [
        ['openid', 5],
        ['files:read', 5],
      ];
      const unknown = ['none files:read', 'none openid'];
      expect(await upgraded(rows, { audience: A, updatedAt: 5 })).toEqual(unknown);
      expect(await upgraded(rows)).toEqual(unknown);
    });

    it('keeps scopes for the resources that one Allow was for, and for no others', async () => {
      const rows: readonly Row[] = [
        ['profile', 1],
        ['files:read', 1],
        [`resource:${A}`, 1],
        ['files:write', 5],
        [`resource:${B}`, 5],
      ];
      const events = [
        { at: 1, allowed: ['profile', 'files:read', `resource:${A}`] },
        { at: 5, allowed: ['files:write', `resource:${B}`] },
      ];
      expect(await upgraded(rows, { events })).toEqual([
        `${A} files:read`,
        `${A} resource:access`,
        `${B} files:write`,
        `${B} resource:access`,
        'none profile',
      ]);
    });

    it('keeps no scope for a resource of another Allow of the same second, whose grant was purged', async () => {
      const rows: readonly Row[] = [
        ['files:read', 1],
        [`resource:${A}`, 1],
        ['files:write', 1],
        [`resource:${B}`, 1],
      ];
      const grants = [{ at: 1, scopes: ['files:write'], details: { resources: [B] } }];
      const events = [
        { at: 1, allowed: ['files:read', `resource:${A}`] },
        { at: 1, allowed: ['files:write', `resource:${B}`] },
      ];
      const both = [`${A} resource:access`, `${B} resource:access`];
      expect(await upgraded(rows, { grants, events })).toEqual(
        [...both, `${A} files:read`, `${B} files:write`].toSorted(),
      );
      expect(await upgraded(rows, { grants })).toEqual([...both, 'none files:read', 'none files:write']);
    });

    it('keeps nothing of an Allow from before the consent was withdrawn and given again', async () => {
      const rows: readonly Row[] = [
        ['files:read', 5],
        [`resource:${A}`, 5],
      ];
      const pair = ['files:read', `resource:${A}`];
      const unknown = [`${A} resource:access`, 'none files:read'];
      expect(await upgraded(rows, { events: [{ at: 4, allowed: pair }] })).toEqual(unknown);
      const events = [
        { at: 5, allowed: pair },
        { at: 5, type: 'consent.revoked', allowed: [] },
      ];
      expect(await upgraded(rows, { events })).toEqual(unknown);
    });

    it('keeps for no resource, which allows nothing, what was allowed after a resource was', async () => {
      const rows: readonly Row[] = [
        [`resource:${A}`, 1],
        ['openid', 1],
        ['files:write', 5],
      ];
      const grants = [{ at: 5, scopes: ['openid', 'files:write'] }];
      expect(await upgraded(rows, { grants, audience: B })).toEqual([
        `${A} resource:access`,
        'none files:write',
        'none openid',
      ]);
    });

    it('keeps a scope of one resource for that resource only', async () => {
      const rows: readonly Row[] = [
        ['own', 1],
        [`resource:${A}`, 1],
        [`resource:${B}`, 1],
      ];
      const events = [{ at: 1, allowed: ['own', `resource:${A}`, `resource:${B}`] }];
      expect(await upgraded(rows, { ownOfA: 'own', events })).toEqual([
        `${A} own`,
        `${A} resource:access`,
        `${B} resource:access`,
      ]);
    });
  });
}
