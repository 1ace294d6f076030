import { fillOldDatabase } from '../../../../test/kit/old-database.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/ports/index.js';
import { type Backend, NOW } from './fixtures.js';

/** Rows of version 24 and later: a user who is signed in to a client. */
export const signedInRows = [
  `INSERT INTO accounts (id, username, email_verified, name, is_admin, created_at, updated_at)
    VALUES ('ada', 'ada', 1, 'Ada', 0, ${NOW}, ${NOW})`,
  `INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types, scopes,
      access_token_format, id_token_algorithm, compatibility, enabled, created_at, updated_at)
    VALUES ('app', 'App', 'none', '[]', '[]', '[]', '[]', 'opaque', 'RS256', '[]', 1, ${NOW}, ${NOW})`,
  `INSERT INTO sessions (id, token_hash, account_id, auth_time, expires_at)
    VALUES ('sid', 'cookie', 'ada', ${NOW}, ${NOW + 60})`,
  `INSERT INTO session_clients (session_id, client_id) VALUES ('sid', 'app')`,
];

/** A row of version 24 and later: a grant of these scopes, from the session of `signedInRows`. */
export function grantRow(id: string, scopes: readonly string[]): string {
  return `INSERT INTO grants (id, client_id, account_id, scopes, audience, details, origin_kind, origin_session_id, origin,
      created_at, expires_at)
    VALUES ('${id}', 'app', 'ada', '${JSON.stringify(scopes)}', 'https://api.example', '{}', 'session',
      'sid', '{"kind":"session","sessionId":"sid","authTime":1,"acr":"x","amr":["pwd"]}', ${NOW}, ${NOW + 60})`;
}

/**
 * Opens a store on the database of an older version.
 *
 * @param name the first migration that the database does not have yet
 * @param rows the inserts of its rows
 */
export async function upgraded(backend: Backend, name: string, rows: readonly string[]): Promise<Store> {
  const url = await backend.createDatabase();
  await fillOldDatabase(url, name, rows);
  return openStore(url);
}
