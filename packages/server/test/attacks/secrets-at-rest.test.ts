import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type AttackedServer,
  startAttackedServer,
  type Tokens,
} from '../bad-input/support/attacked-server.js';
import { exchange } from '../bad-input/support/requests.js';

/** A copy of the database, its log or its write-ahead file holds no usable credential (CWE-312). */
describe('after a user connected apps, no credential is stored in clear', () => {
  let folder: string;
  let server: AttackedServer;
  let secrets: Readonly<Record<string, string>>;
  const logged: unknown[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-secrets-'));
    server = await startAttackedServer({ settings: { databaseUrl: `sqlite:${join(folder, 'grantor.db')}` } });
    const { log } = server.grantor.server;
    for (const name of ['info', 'error', 'refusal'] as const) {
      vi.spyOn(log, name).mockImplementation((...details: unknown[]) => {
        logged.push(...details);
      });
    }
    const code = await server.code(server.app);
    const tokens = JSON.parse((await server.token(exchange(server.app, code))).body) as Tokens;
    const refreshed = JSON.parse((await server.refresh(server.app, tokens.refresh_token)).body) as Tokens;
    const references = await server.tokens(server.opaqueApp);
    const unspent = await server.code(server.publicApp);
    // Failures are logged, and must not log secrets.
    await server.token({ ...exchange(server.app, code), client_secret: 'a-wrong-client-secret' });
    await server.token(exchange(server.otherApp, code));
    await server.refresh(server.otherApp, refreshed.refresh_token);
    await server.userinfo(`${tokens.access_token}x`);
    secrets = {
      'the spent code': code.code,
      'the unspent code': unspent.code,
      'the verifier': code.verifier,
      'the access token': tokens.access_token,
      'the second access token': refreshed.access_token,
      'the access token that is a reference': references.access_token,
      'the refresh token': tokens.refresh_token,
      'its successor': refreshed.refresh_token,
      'the ID token': tokens.id_token,
      'the client secret': server.app.client_secret,
      'a wrong client secret': 'a-wrong-client-secret',
      'the password': server.grantor.user.password,
      'the session cookie': server.browser.cookie('grantor_session'),
      'the API key': server.grantor.apiKey,
    };
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('in any row of any table', () => {
    const database = new BetterSqlite3(join(folder, 'grantor.db'), { readonly: true });
    try {
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
      const rows = tables.map((table) =>
        JSON.stringify(database.prepare(`SELECT * FROM "${String(table)}"`).all()),
      );
      const dump = rows.join('\n');
      // What is looked through is what there is.
      expect(dump).toContain(server.app.client_id);
      expect(dump).toContain(server.grantor.user.username);
      expectNone(dump);
    } finally {
      database.close();
    }
  });

  it('in any byte of its files, the write-ahead log included', async () => {
    const files = await readdir(folder);
    expect(files).toContain('grantor.db-wal');
    for (const file of files) expectNone(await readFile(join(folder, file), 'latin1'));
  });

  it('in a signing key: the private parts are encrypted', async () => {
    const database = new BetterSqlite3(join(folder, 'grantor.db'), { readonly: true });
    const keys = database.prepare('SELECT sealed_private_jwk FROM signing_keys').pluck().all().join('\n');
    database.close();
    expect(keys).not.toMatch(/"(?:d|p|q)":/);
    expect(Buffer.from(keys.split('\n')[0] ?? '', 'base64url').toString('latin1')).not.toContain('"d"');
  });

  it('in the log', () => {
    expect(logged.length).toBeGreaterThan(3);
    expectNone(
      logged
        .map((entry) =>
          entry instanceof Error ? `${entry.stack} ${JSON.stringify(entry)}` : JSON.stringify(entry),
        )
        .join('\n'),
    );
  });

  function expectNone(text: string): void {
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length, name).toBeGreaterThan(10);
      expect(text.includes(secret), name).toBe(false);
    }
  }
});
