import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runGrantor } from '../../kit/grantor-process.js';
import { startServer, type TestServer } from '../../kit/servers.js';
import { temporaryFolder } from '../../kit/temporary-folder.js';
import { commandLine, REDIRECT } from './support.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ settings: { compat: 'none', clientBranding: 'verified' } });
});
afterAll(() => grantor.stop());
const { run, json, created, tokenError } = commandLine(() => grantor);

describe('grantor clients', () => {
  it('registers an app from options, some of them repeated, and shows its secret once', async () => {
    const options = ['--name', 'From the shell', '--scope', 'openid', '--scope', 'profile'];
    const uris = ['--redirect-uri', REDIRECT, '--redirect-uri', `${REDIRECT}/two`];
    const made = await run('clients', 'create', ...options, ...uris);
    expect(made).toMatchObject({ code: 0, stderr: 'Store the secret: it is not shown again.\n' });
    const [, id = ''] = /^client_id +(\S+)$/m.exec(made.stdout) ?? [];
    const [, secret = ''] = /^client_secret +(\S+)$/m.exec(made.stdout) ?? [];
    expect(await tokenError(id, secret)).toBe('invalid_grant');
    const shown = await run('clients', 'show', id);
    expect(shown.stdout).toMatch(new RegExp(`^redirect_uris +${REDIRECT}, ${REDIRECT}/two$`, 'm'));
    expect(shown.stdout).toMatch(/^scopes +openid, profile$/m);
    expect(shown.stdout).not.toContain(secret);
  });

  it('shows a new app as a short card: the secret first, and the next command', async () => {
    const options = ['--name', 'On a card', '--redirect-uri', REDIRECT, '--scope', 'openid'];
    const { stdout } = await run('clients', 'create', ...options, '--audience', 'https://api.example');
    const [, id = ''] = /^client_id +(\S+)$/m.exec(stdout) ?? [];
    expect(stdout.split('\n').map((line) => line.replace(/ .*/, ''))).toEqual([
      'client_secret',
      'client_id',
      'name',
      'redirect_uris',
      'scopes',
      'audience',
      '',
      'Next:',
      '',
    ]);
    const [, next = ''] = /^Next: grantor (.*)$/m.exec(stdout) ?? [];
    expect(next).toBe(`clients show ${id}`);
    expect((await run(...next.split(' '))).stdout).toMatch(/^name +On a card$/m);
  });

  it('prints a card without a secret for a public app, and a next command that works with an ID that looks like an option', async () => {
    const options = ['--name', 'Public', '--redirect-uri', REDIRECT, '--auth-method', 'none'];
    const { stdout, stderr } = await run('clients', 'create', ...options, '--client-id', '-public');
    expect(stdout).toMatch(/^client_id +-public$/m);
    expect(stdout).toMatch(/^Next: grantor clients show -- -public$/m);
    expect(stdout + stderr).not.toContain('secret');
  });

  it('sets the audience of the access tokens of an app with --audience and --resource', async () => {
    const audience = ['--audience', 'https://api.example/v1'];
    const resources = ['--resource', 'https://api.example/v1', '--resource', 'https://files.example'];
    const made = await created('--name', 'For an API', ...audience, ...resources);
    expect(await json('clients', 'show', made.client_id)).toMatchObject({
      audience: 'https://api.example/v1',
      resources: ['https://api.example/v1', 'https://files.example'],
    });
    const moved = await json('clients', 'update', made.client_id, '--audience', 'https://other.example');
    expect(moved).toMatchObject({ audience: 'https://other.example' });
  });

  it('sets the claims of the ID tokens of an app with --id-token-claims', async () => {
    const { client_id: id } = await created('--name', 'Reads ID tokens', '--id-token-claims', 'all');
    expect(await json('clients', 'show', id)).toMatchObject({ id_token_claims: 'all' });
    expect(await json('clients', 'update', id, '--id-token-claims', 'standard')).toMatchObject({
      id_token_claims: 'standard',
    });
  });

  it('sets the brand of an app with --accent-light, --accent-dark and --logo-style', async () => {
    const colours = ['--accent-light', '#0b57d0', '--accent-dark', '#a8c7fa'];
    expect(await created('--name', 'Branded', ...colours, '--logo-style', 'wordmark')).toMatchObject({
      accent_light: '#0b57d0',
      accent_dark: '#a8c7fa',
      logo_style: 'wordmark',
    });
  });

  it('reads all fields from a file, and options override it', async () => {
    const path = join(await temporaryFolder(), 'app.json');
    await writeFile(path, JSON.stringify({ name: 'In the file', redirectUris: [REDIRECT] }));
    expect(await json('clients', 'create', '--from-file', path, '--name', 'On the line')).toMatchObject({
      name: 'On the line',
      redirect_uris: [REDIRECT],
    });
  });

  it('names a file that is missing or not JSON, without its content', async () => {
    const path = join(await temporaryFolder(), 'app.json');
    await writeFile(path, '{"client_secret": hunter2}');
    for (const file of [path, `${path}.missing`]) {
      const { code, stdout, stderr } = await run('clients', 'create', '--from-file', file);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`${file} cannot be read`);
      expect(stderr).not.toMatch(/hunter2|\n\s+at /);
    }
  });

  it('changes only the given fields', async () => {
    const { client_id } = await created('--name', 'Before');
    expect(await json('clients', 'update', client_id, '--name', 'After')).toMatchObject({
      name: 'After',
      redirect_uris: [REDIRECT],
    });
    const nothing = await run('clients', 'update', client_id);
    expect(nothing).toMatchObject({ code: 2, stderr: 'No field is given. See --help for the options.\n' });
  });

  it('rotates a secret, and keeps the previous one valid for the overlap', async () => {
    const { client_id, client_secret } = await created('--name', 'Rotated');
    const next = await json<{ client_secret: string }>(
      'clients',
      'rotate-secret',
      client_id,
      '--overlap',
      '1h',
    );
    expect(next.client_secret).not.toBe(client_secret);
    for (const secret of [client_secret, next.client_secret]) {
      expect(await tokenError(client_id, secret)).toBe('invalid_grant');
    }
    const last = await json<{ client_secret: string }>('clients', 'rotate-secret', client_id, '--yes');
    expect(await tokenError(client_id, client_secret)).toBe('invalid_client');
    expect(await tokenError(client_id, next.client_secret)).toBe('invalid_client');
    expect(await tokenError(client_id, last.client_secret)).toBe('invalid_grant');
  });

  it('disables an app and enables it again', async () => {
    const { client_id } = await created('--name', 'Switched');
    expect(await run('clients', 'disable', client_id)).toMatchObject({ code: 0, stdout: 'disabled\n' });
    expect(await json('clients', 'show', client_id)).toMatchObject({ enabled: false });
    expect(await run('clients', 'enable', client_id)).toMatchObject({ code: 0, stdout: 'enabled\n' });
    expect(await json('clients', 'show', client_id)).toMatchObject({ enabled: true });
  });

  it('deletes nothing without a terminal and --yes, and the named app with --yes', async () => {
    const { client_id } = await created('--name', 'Deleted');
    const asked = await run('clients', 'delete', client_id);
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toContain('--yes');
    expect(await json('clients', 'show', client_id)).toMatchObject({ client_id });
    expect(await run('clients', 'delete', client_id, '--yes')).toMatchObject({
      code: 0,
      stdout: 'deleted\n',
    });
    const gone = await run('clients', 'show', client_id);
    expect(gone).toMatchObject({ code: 4, stdout: '' });
    expect(gone.stderr).toMatch(/^404 Not Found: /);
  });

  it('prints a page as a table, and follows the cursors to the end with --all', async () => {
    const other = await startServer();
    onTestFinished(() => other.stop());
    const names = Array.from({ length: 53 }, (_, index) => `App ${String(index).padStart(2, '0')}`);
    for (const name of names) await other.register({ name, redirect_uris: [REDIRECT] });
    const list = (...args: string[]) =>
      runGrantor(['clients', 'list', ...args, '--url', other.issuer], { GRANTOR_API_KEY: other.apiKey });

    const page = await list('--limit', '2');
    expect(page.stdout).toMatch(/^NAME +CLIENT ID +ENABLED +SCOPES +MODIFIED\nApp \d\d .*\nApp \d\d .*\n$/);
    expect(page.stderr).toBe('There are more pages. --all lists them.\n');
    const all = await list('--all', '--json');
    const everything = JSON.parse(all.stdout) as { name: string }[];
    expect(everything.map(({ name }) => name).toSorted()).toEqual(names);
    expect(all.stderr).toBe('50 so far ...\n');
    expect(JSON.parse((await list('--limit', '1', '--json')).stdout)).toMatchObject({
      data: [{ name: expect.stringMatching(/^App \d\d$/) }],
      limit: 1,
    });
  });

  it('says how to register the first app if there is none, except with --json', async () => {
    const other = await startServer();
    onTestFinished(() => other.stop());
    const list = (...args: string[]) =>
      runGrantor(['clients', 'list', ...args, '--url', other.issuer], { GRANTOR_API_KEY: other.apiKey });
    for (const args of [[], ['--all']]) {
      const { code, stdout, stderr } = await list(...args);
      expect([code, stdout]).toEqual([0, '']);
      expect(stderr).toMatch(/^No apps yet\. Register one: grantor clients create --name .*\n$/);
    }
    expect(await list('--all', '--json')).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
    const page = await list('--json');
    expect(page).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(page.stdout)).toMatchObject({ data: [] });
  });

  it('reports each invalid field in a separate line, and exits with 1', async () => {
    const refused = await run('clients', 'create', '--name', '', '--redirect-uri', 'no uri');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^400 Bad Request: Validation failed\n {2}/);
    expect(refused.stderr).toMatch(/^ {2}name /m);
    expect(refused.stderr).toMatch(/^ {2}redirect_uris\.0 /m);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });

  it('deletes at most one app, with any ID', async () => {
    const { client_id } = await created('--name', 'Kept');
    for (const [id, code] of [
      ['tenant', 4],
      ['', 2],
      ['.', 2],
      ['../clients', 4],
    ] as const) {
      expect(await run('clients', 'delete', id, '--yes')).toMatchObject({ code, stdout: '' });
    }
    expect(await json('clients', 'show', client_id)).toMatchObject({ client_id });
  });

  it.each(['../keys', '?limit=1', '%2e%2e', '..', ''])(
    'asks for no other address with the ID %j',
    async (id) => {
      const { code, stdout, stderr } = await run('clients', 'show', id);
      expect(stdout).toBe('');
      expect(stderr).toMatch(code === 4 ? /^404 / : /^An ID must not be/);
      expect([2, 4]).toContain(code);
    },
  );
});
