import { spawn } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { type EndedProcess, grantorBin, runGrantor } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

type Account = Readonly<Record<string, unknown>> & { readonly id: string };

const PASSWORD = 'correct horse battery';

describe('grantor accounts', () => {
  let data: string;
  beforeEach(async () => {
    data = await temporaryFolder();
  });

  const run = (...args: string[]) => runGrantor(['accounts', ...args, '--data', data]);
  const json = async (...args: string[]): Promise<Account> => {
    const ended = await run(...args, '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    return JSON.parse(ended.stdout) as Account;
  };
  /** The same with something on standard input. */
  const runWith = (input: string, ...args: string[]) =>
    new Promise<Pick<EndedProcess, 'code' | 'stdout' | 'stderr'>>((resolve, reject) => {
      const { PATH = '', HOME = '' } = process.env;
      const child = spawn(process.execPath, [grantorBin, 'accounts', ...args, '--data', data], {
        env: { PATH, HOME },
        timeout: 60_000,
      });
      const said = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
      child.once('error', reject).once('close', (code) => resolve({ code, ...said }));
      child.stdin.end(input);
    });
  const query = (sql: string) => {
    const database = new DatabaseSync(`${data}/grantor.db`, { readOnly: true });
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  };

  it('creates a user with a password from standard input and never prints it', async () => {
    const made = await runWith(
      `${PASSWORD}\n`,
      'create',
      '--email=Ada@Example.com',
      '--given-name=Ada',
      '--claims={"birthdate":"1815-12-10"}',
      '--password-stdin',
      '--json',
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({
      username: 'ada@example.com',
      name: 'Ada',
      claims: { birthdate: '1815-12-10' },
      has_password: true,
      email_verified: true,
      is_admin: false,
    });
    expect(made.stdout).not.toMatch(/correct horse|argon2/);
    const [row] = query('SELECT password_hash FROM accounts');
    expect(row?.password_hash).toMatch(/^\$argon2id\$/);
    const [event] = query('SELECT * FROM audit_events');
    expect(event).toMatchObject({ type: 'account.created', actor_type: 'operator', via: 'command_line' });
    expect(JSON.stringify(event)).not.toMatch(/correct horse|argon2/);
  });

  it('shows users as tables and as JSON, by username, email address or ID', async () => {
    const boss = await json(
      'create',
      '--username=boss',
      '--email=boss@example.com',
      '--admin',
      '--no-password',
    );
    const [table, listed] = [await run('list'), await run('list', '--json')];
    expect(table.stdout).toMatch(/^LOGIN +NAME +STATUS +CREATED +ID\nboss +boss +administrator +\d{4}-/);
    expect(JSON.parse(listed.stdout)).toEqual([boss]);
    for (const user of [boss.id, 'BOSS', 'boss@example.com']) expect(await json('show', user)).toEqual(boss);
    expect((await run('show', 'boss')).stdout).toMatch(/^FIELD +VALUE\nid +/);
  });

  it('changes the given fields, removes empty ones, disables, enables and deletes', async () => {
    const made = await json('create', '--email=ada@example.com', '--given-name=Ada', '--no-password');
    const changed = await json('update', 'ada@example.com', '--given-name=', '--family-name=King', '--admin');
    expect(changed).toMatchObject({
      ...made,
      given_name: null,
      family_name: 'King',
      is_admin: true,
      modified_on: changed.modified_on,
    });
    expect(await run('update', made.id, '--no-admin')).toMatchObject({
      code: 1,
      stderr: 'At least one enabled administrator must remain.\n',
    });
    await json('create', '--username=boss', '--admin', '--no-password');
    expect(await json('update', made.id, '--no-admin', '--no-email-verified')).toMatchObject({
      is_admin: false,
      email_verified: false,
      family_name: 'King',
    });
  });

  it('disables, enables, sets a password and deletes, and writes an audit event for each', async () => {
    const made = await json('create', '--username=ada', '--no-password');
    expect(await json('disable', made.id)).toMatchObject({ disabled: true });
    expect(await json('enable', made.id)).toMatchObject({ disabled: false });
    const updated = await runWith(PASSWORD, 'update', made.id, '--password-stdin', '--json');
    expect(JSON.parse(updated.stdout)).toMatchObject({ has_password: true, is_admin: false });
    expect(await run('delete', made.id)).toMatchObject({ code: 0, stdout: 'deleted\n' });
    const types = query('SELECT type FROM audit_events ORDER BY type').map(({ type }) => type);
    expect(types).toEqual([
      'account.created',
      'account.deleted',
      'account.disabled',
      'account.enabled',
      'account.updated',
    ]);
  });

  it('ends all access of a user, alone or with a new password, and offers it after a new password', async () => {
    const { id } = await json('create', '--username=ada', '--no-password');
    const offered = await runWith(PASSWORD, 'update', 'ada', '--password-stdin');
    expect(offered).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('grantor accounts end-access ada'),
    });
    expect(await runWith(PASSWORD, 'update', 'ada', '--password-stdin', '--end-access')).toMatchObject({
      code: 0,
      stderr: '',
    });
    const ended = { id, sessions: 0, grants: 0, api_keys: 0, apps: 0 };
    expect(await json('end-access', 'ada')).toEqual(ended);
    expect((await run('end-access', 'ada')).stdout).toMatch(/^ENDED +COUNT\nsessions +0\n/);
    const removed = { id, authenticator_app: false, passkeys: 0, recovery_codes: 0 };
    expect(await json('reset-factors', 'ada')).toEqual(removed);
    const types = query('SELECT type FROM audit_events').map(({ type }) => type);
    expect(types.filter((type) => type === 'account.factors_reset')).toHaveLength(1);
    expect(types.filter((type) => type === 'account.access_ended')).toHaveLength(3);
  });

  it('gives a login to one user only', async () => {
    await json('create', '--username=ada', '--no-password');
    expect(await run('create', '--username=ADA', '--no-password')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Another user has this username or email address.\n',
    });
  });

  it.each([
    [/needs a username or an email/, 1, ['create', '--no-password']],
    [/^email must be an email address/, 1, ['create', '--email=ada', '--no-password']],
    [/^claims\.shoe_size /, 1, ['update', 'ada', '--claims={"shoe_size":43}']],
    [/It must be JSON/, 2, ['update', 'ada', '--claims={']],
    [/--password-stdin/, 1, ['create', '--username=grace']],
    [/^No user has this/, 4, ['delete', "' OR 1=1 --"]],
    [/unknown option/, 2, ['create', '--username=grace', '--password=on-the-command-line']],
  ])('reports %s in one line, exits with %i, and changes nothing', async (words, code, args) => {
    const ended = await run(...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    ['a short password', 'short\n', 'password must have at least 8 characters\n'],
    ['an empty input', '', 'Standard input has no password.\n'],
  ])('refuses %s as a password', async (_, input, stderr) => {
    const refused = await runWith(input, 'create', '--username=ada', '--password-stdin');
    expect(refused).toEqual({ code: 1, stdout: '', stderr });
  });
});
