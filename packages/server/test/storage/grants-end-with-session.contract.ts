import { expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { plainStatement } from '../../src/storage/sql/statement.js';
import { type Backend, NOW } from './fixtures.js';

const before = migrations.slice(
  0,
  migrations.findIndex(({ name }) => name === 'grants-end-with-session'),
);

const rows = [
  `INSERT INTO accounts (id, username, email_verified, name, is_admin, created_at, updated_at)
    VALUES ('ada', 'ada', 1, 'Ada', 0, ${NOW}, ${NOW})`,
  `INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types, scopes,
      access_token_format, id_token_algorithm, compatibility, enabled, created_at, updated_at)
    VALUES ('app', 'App', 'none', '[]', '[]', '[]', '[]', 'opaque', 'RS256', '[]', 1, ${NOW}, ${NOW})`,
  `INSERT INTO sessions (id, token_hash, account_id, auth_time, expires_at)
    VALUES ('sid', 'cookie', 'ada', ${NOW}, ${NOW + 60})`,
  `INSERT INTO session_clients (session_id, client_id) VALUES ('sid', 'app')`,
];

const grantWith = (scopes: readonly string[]) =>
  `INSERT INTO grants (id, client_id, account_id, scopes, audience, details, origin_kind, origin_session_id, origin,
      created_at, expires_at)
    VALUES ('${scopes.join(' ')}', 'app', 'ada', '${JSON.stringify(scopes)}', 'https://api.example', '{}', 'session',
      'sid', '{"kind":"session","sessionId":"sid","authTime":1,"acr":"x","amr":["pwd"]}', ${NOW}, ${NOW + 60})`;

export function grantsEndWithSessionContract(backend: Backend): void {
  it('ends the sign-ins of older versions with their session, and leaves offline and other access', async () => {
    const scopes = [['openid', 'email'], ['openid', 'offline_access'], ['openid:like'], ['contacts:read']];
    const url = await backend.createDatabase();
    const database = openDatabase(url);
    await migrate(database, before);
    for (const text of [...rows, ...scopes.map(grantWith)]) await database.write(plainStatement(text), {});
    await database.close();

    const store = await openStore(url);
    // Sessions of older versions began with a password.
    expect((await store.sessions.find('cookie', NOW + 1))?.session).toMatchObject({
      acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      amr: ['pwd'],
    });
    await store.sessions.end('cookie', NOW + 1);
    const ended = await Promise.all(
      scopes.map(async (names) => (await store.grants.find(names.join(' ')))?.grant.revokedAt),
    );
    expect(ended).toEqual([NOW + 1, null, null, null]);
    await store.close();
  });
}
