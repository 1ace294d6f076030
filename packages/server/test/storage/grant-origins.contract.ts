import { describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import type { Database } from '../../src/storage/sql/database.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { plainStatement } from '../../src/storage/sql/statement.js';
import { type Backend, NOW } from './fixtures.js';

const lastBefore = migrations.findIndex(({ name }) => name === 'grant-origins');

const SIGN_IN = {
  kind: 'session',
  sessionId: 'sid-1',
  authTime: NOW - 30,
  acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  amr: ['pwd'],
};

export function grantOriginsContract(backend: Backend): void {
  describe('the migration of grants to their origins', () => {
    const write = (database: Database, text: string) => database.write(plainStatement(text), {});

    /** A database of the previous version, with grants of both of its kinds. */
    async function older(): Promise<{ readonly url: string; readonly database: Database }> {
      const url = await backend.createDatabase();
      const database = openDatabase(url);
      await migrate(database, migrations.slice(0, lastBefore));
      await write(
        database,
        `INSERT INTO accounts (id, username, email_verified, name, is_admin, created_at, updated_at)
          VALUES ('ada', 'ada', 1, 'Ada', 0, ${NOW}, ${NOW})`,
      );
      await write(
        database,
        `INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types, scopes,
            access_token_format, id_token_algorithm, compatibility, enabled, created_at, updated_at, credentials_version)
          VALUES ('app', 'App', 'none', '[]', '[]', '[]', '[]', 'opaque', 'RS256', '[]', 1, ${NOW}, ${NOW}, 3)`,
      );
      const grant = (id: string, kind: string, sessionId: string, details = '{}') =>
        write(
          database,
          `INSERT INTO grants (id, kind, client_id, account_id, scopes, audience, session_id, auth_time, details, created_at)
            VALUES ('${id}', '${kind}', 'app', 'ada', '["openid"]', 'https://api.example', '${sessionId}', ${NOW - 30},
              '${details}', ${NOW})`,
        );
      const code = (grantId: string, expiresAt: number) =>
        write(
          database,
          `INSERT INTO authorization_codes (hash, grant_id, redirect_uri, redirect_uri_sent, expires_at, spent_at)
            VALUES ('code of ${grantId}', '${grantId}', '', 0, ${expiresAt}, ${NOW})`,
        );
      await grant(
        'refreshed',
        'authorization_code',
        'sid-1',
        '{"claims":{"userinfo":{"email":null}},"acr":"x"}',
      );
      await code('refreshed', NOW + 60);
      await write(
        database,
        `INSERT INTO refresh_token_families (hash, grant_id, token_hash, created_at, expires_at)
          VALUES ('family', 'refreshed', 'token', ${NOW}, ${NOW + 5000})`,
      );
      await write(
        database,
        `INSERT INTO opaque_access_tokens (hash, grant_id, scopes, expires_at)
          VALUES ('revoked', 'refreshed', '[]', 0)`,
      );
      await grant('unredeemed', 'authorization_code', 'sid-1');
      await code('unredeemed', NOW + 60);
      await grant('personal', 'personal_access_token', '');
      await code('personal', NOW + 900);
      return { url, database };
    }

    it('keeps the sign-in of each grant from a session, and the version of the client of each of a developer', async () => {
      const { url, database } = await older();
      await database.close();
      const store = await openStore(url);
      const originOf = async (id: string) => (await store.grants.find(id))?.grant.origin;
      expect(await originOf('refreshed')).toEqual(SIGN_IN);
      expect(await originOf('unredeemed')).toEqual(SIGN_IN);
      expect(await originOf('personal')).toEqual({ kind: 'developer', credentialsVersion: 3 });
      expect((await store.grants.find('refreshed'))?.grant.details.claims).toEqual({
        userinfo: { email: null },
      });
      await store.close();
    });

    it('gives each grant the expiry of its last code or token, and deletes codes that no client had', async () => {
      const { url, database } = await older();
      await database.close();
      const store = await openStore(url);
      const expiryOf = async (id: string) => (await store.grants.find(id))?.grant.expiresAt;
      expect(await expiryOf('refreshed')).toBe(NOW + 5000);
      expect(await expiryOf('unredeemed')).toBe(NOW + 60);
      expect(await expiryOf('personal')).toBe(NOW + 900);
      expect(await store.grants.findCode('code of personal')).toBeUndefined();
      expect(await store.grants.findOpaqueAccessToken('revoked')).toBeUndefined();
      expect(await store.grants.findCode('code of refreshed')).toBeDefined();
      while ((await store.grants.purge(NOW + 901, 0, 10)) > 0);
      const ids = ['refreshed', 'unredeemed', 'personal'];
      const left = await Promise.all(ids.map((id) => store.grants.find(id)));
      expect(left.map((found) => found?.grant.id)).toEqual(['refreshed', undefined, undefined]);
      await store.close();
    });

    it('revokes upgraded grants with their session, and replaces the upgraded grant of a developer', async () => {
      const { url, database } = await older();
      await write(
        database,
        `INSERT INTO sessions (id, token_hash, account_id, auth_time, expires_at)
          VALUES ('sid-1', 'cookie', 'ada', ${NOW - 30}, ${NOW + 100})`,
      );
      await write(database, `INSERT INTO session_clients (session_id, client_id) VALUES ('sid-1', 'app')`);
      await database.close();
      const store = await openStore(url);
      await store.sessions.end('cookie', NOW + 1);
      const revokedAt = async (id: string) => (await store.grants.find(id))?.grant.revokedAt;
      expect(await revokedAt('refreshed')).toBe(NOW + 1);
      expect(await revokedAt('personal')).toBeNull();
      const found = await store.grants.find('personal');
      if (found === undefined) throw new Error('the grant is gone');
      const next = { ...found.grant, id: 'next', createdAt: NOW + 2 };
      expect(await store.grants.create({ grant: next })).toBe('created');
      expect(await revokedAt('personal')).toBe(NOW + 2);
      await store.close();
    });
  });
}
