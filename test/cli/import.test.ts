import { readFile, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { runGrantor, TestProcess } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

const samples = fileURLToPath(new URL('../../samples/import/', import.meta.url));

/** Users of the test that kills the import. */
const MANY = 8000;

describe('grantor accounts import', () => {
  let data: string;
  beforeEach(async () => {
    data = await temporaryFolder();
  });

  const args = (...more: string[]) => ['accounts', 'import', ...more, '--data', data];
  const run = (...more: string[]) => runGrantor(args(...more));
  const count = (sql: string) => {
    const database = new DatabaseSync(`${data}/grantor.db`, { readOnly: true });
    try {
      return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
    } finally {
      database.close();
    }
  };

  it('checks a file without writing, imports it, and leaves users alone who exist', async () => {
    const dry = await run(`${samples}users.csv`, '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toBe(
      '3 records: 3 created, 0 updated, 0 existed, 0 refused.\n' +
        'Nothing was written. Run the command without --dry-run to import the users.\n',
    );
    expect(count('SELECT count(*) FROM accounts')).toBe(0);
    expect((await run(`${samples}users.csv`)).stdout).toMatch('3 created');
    expect((await run(`${samples}users.csv`)).stdout).toMatch('0 created, 0 updated, 3 existed');
    expect(count(`SELECT count(*) FROM audit_events WHERE type = 'account.created'`)).toBe(3);
    expect(count(`SELECT count(*) FROM audit_events WHERE values_after LIKE '%$2b$%'`)).toBe(0);
  });

  it('reports each refused record with its line, field and reason, and never a hash', async () => {
    const [file, report] = [`${data}/users.jsonl`, `${data}/report.jsonl`];
    const hash = '$2b$31$BlmK2jljpWWHnda/P2nzLuhuJLp3AMOFO9Ck2kQ8hjTuTgp5Lfa1a';
    const lines = [
      '{"email":"one@example.com"}',
      '{"email":"two"}',
      'not JSON',
      '{"name":"Without a login"}',
      JSON.stringify({ username: 'costly', password_hash: hash }),
      '{"username":"boss","is_admin":true}',
      '{"username":"ONE@example.com","email":"one@example.com"}',
    ];
    await writeFile(file, lines.join('\n'));
    const ended = await run(file, '--existing', 'refuse', '--report', report, '--json');
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    const printed = JSON.parse(ended.stdout) as { readonly refusals: unknown };
    expect(printed).toMatchObject({ records: 7, created: 1, refused: 6, dry_run: false });
    expect(printed.refusals).toEqual([
      { line: 2, field: 'email', reason: 'must be an email address' },
      { line: 3, field: null, reason: 'must be one JSON object in one line' },
      { line: 4, field: null, reason: 'needs a username or an email' },
      { line: 5, field: 'password_hash', reason: 'must have a bcrypt cost from 4 to 14' },
      { line: 6, field: null, reason: 'has fields that are not of this format' },
      { line: 7, field: null, reason: 'exists. Use --existing skip or --existing update' },
    ]);
    const written = await readFile(report, 'utf8');
    expect(
      written
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(printed.refusals);
    expect(ended.stdout + written).not.toContain(hash);
  });

  it('says why it cannot read a file', async () => {
    const file = `${data}/bad.json`;
    await writeFile(file, '[{"email":"a@example.com"}]');
    expect(await run(file)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'The file is a JSON array. Write one JSON object in each line, as jq -c .[] does.\n',
    });
  });

  it('continues where it was killed, without losing or doubling a user', async () => {
    const file = `${data}/many.csv`;
    const rows = Array.from({ length: MANY }, (_, index) => `user-${index},user-${index}@example.com`);
    await writeFile(file, `username,email\n${rows.join('\n')}\n`);
    const killed = TestProcess.grantor(args(file));
    while (!isStarted()) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await killed.stop('SIGKILL')).signal).toBe('SIGKILL');
    const before = count('SELECT count(*) FROM accounts');
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(MANY);
    const ended = await run(file, '--json');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      records: MANY,
      created: MANY,
      skipped: 0,
      refused: 0,
      continued_after: before,
    });
    expect(count('SELECT count(*) FROM accounts')).toBe(MANY);
    expect(count('SELECT count(DISTINCT target_id) FROM audit_events')).toBe(MANY);
    expect(count('SELECT count(*) FROM audit_events')).toBe(MANY);
    expect(count('SELECT count(*) FROM imports')).toBe(0);
  });

  /** Whether the import has committed a batch. */
  function isStarted(): boolean {
    try {
      return count('SELECT count(*) FROM accounts') > 0;
    } catch {
      // The tables are not there yet.
      return false;
    }
  }
});
