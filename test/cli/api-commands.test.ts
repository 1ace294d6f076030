import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect, HttpBrowser } from '../kit/browser.js';
import { freePorts } from '../kit/free-ports.js';
import { startGrantor, type TestGrantor } from '../kit/grantor.js';
import { runGrantor } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

let grantor: TestGrantor;
beforeAll(async () => {
  grantor = await startGrantor();
});
afterAll(() => grantor.stop());

/** Runs a command against the server, with its key. */
const run = (...args: string[]) =>
  runGrantor(args, { GRANTOR_ISSUER: grantor.issuer, GRANTOR_API_KEY: grantor.apiKey });

/** Runs it with `--json` and reads what it prints. */
async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const ended = await run(...args, '--json');
  expect(ended).toMatchObject({ code: 0 });
  return JSON.parse(ended.stdout) as T;
}

const created = (...args: string[]) =>
  json<{ client_id: string; client_secret: string }>('clients', 'create', ...args);

const REDIRECT = 'https://app.example/callback';

/** What a token endpoint says to an app with this secret: `invalid_client` where it is none of its. */
async function tokenError(client_id: string, client_secret: string): Promise<unknown> {
  const response = await fetch(`${grantor.issuer}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none' }),
  });
  return ((await response.json()) as { error: unknown }).error;
}

describe('grantor clients', () => {
  it('registers an app with what options say, lists may be repeated, and shows its secret once', async () => {
    const options = ['--name', 'From the shell', '--scope', 'openid', '--scope', 'profile'];
    const uris = ['--redirect-uri', REDIRECT, '--redirect-uri', `${REDIRECT}/two`];
    const made = await run('clients', 'create', ...options, ...uris);
    expect(made).toMatchObject({ code: 0, stderr: 'Keep the secret: it is not shown again.\n' });
    const [, id = ''] = /^client_id +(\S+)$/m.exec(made.stdout) ?? [];
    const [, secret = ''] = /^client_secret +(\S+)$/m.exec(made.stdout) ?? [];
    expect(await tokenError(id, secret)).toBe('invalid_grant');
    const shown = await run('clients', 'show', id);
    expect(shown.stdout).toMatch(new RegExp(`^redirect_uris +${REDIRECT}, ${REDIRECT}/two$`, 'm'));
    expect(shown.stdout).toMatch(/^scopes +openid, profile$/m);
    expect(shown.stdout).not.toContain(secret);
  });

  it('takes everything from a file, where options have the last word', async () => {
    const path = join(await temporaryFolder(), 'app.json');
    await writeFile(path, JSON.stringify({ name: 'In the file', redirectUris: [REDIRECT] }));
    expect(await created('--from-file', path, '--name', 'On the line')).toMatchObject({
      name: 'On the line',
      redirect_uris: [REDIRECT],
    });
  });

  it('says which file is no JSON, or not there, and repeats nothing of it', async () => {
    const path = join(await temporaryFolder(), 'app.json');
    await writeFile(path, '{"client_secret": hunter2}');
    for (const file of [path, `${path}.missing`]) {
      const { code, stdout, stderr } = await run('clients', 'create', '--from-file', file);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`${file} cannot be read`);
      expect(stderr).not.toMatch(/hunter2|\n\s+at /);
    }
  });

  it('changes what is named and nothing else', async () => {
    const { client_id } = await created('--name', 'Before', '--redirect-uri', REDIRECT);
    expect(await json('clients', 'update', client_id, '--name', 'After')).toMatchObject({
      name: 'After',
      redirect_uris: [REDIRECT],
    });
    const nothing = await run('clients', 'update', client_id);
    expect(nothing).toMatchObject({ code: 1, stderr: 'Say what the app shall be like: see --help.\n' });
  });

  it('rotates a secret, and keeps the one before for as long as it was told', async () => {
    const { client_id, client_secret } = await created('--name', 'Rotated', '--redirect-uri', REDIRECT);
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
    const { client_id } = await created('--name', 'Switched', '--redirect-uri', REDIRECT);
    expect(await run('clients', 'disable', client_id)).toMatchObject({ code: 0, stdout: 'disabled\n' });
    expect(await json('clients', 'show', client_id)).toMatchObject({ enabled: false });
    expect(await run('clients', 'enable', client_id)).toMatchObject({ code: 0, stdout: 'enabled\n' });
    expect(await json('clients', 'show', client_id)).toMatchObject({ enabled: true });
  });

  it('deletes nothing unasked where nobody is there to ask, and then what it was told to', async () => {
    const { client_id } = await created('--name', 'Deleted', '--redirect-uri', REDIRECT);
    const asked = await run('clients', 'delete', client_id);
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain('--yes');
    expect(await json('clients', 'show', client_id)).toMatchObject({ client_id });
    expect(await run('clients', 'delete', client_id, '--yes')).toMatchObject({
      code: 0,
      stdout: 'deleted\n',
    });
    const gone = await run('clients', 'show', client_id);
    expect(gone).toMatchObject({ code: 1, stdout: '' });
    expect(gone.stderr).toMatch(/^404 Not Found: /);
  });

  it('lists a page to people as a table, and follows the cursors to the end with --all', async () => {
    const other = await startGrantor();
    onTestFinished(() => other.stop());
    const names = Array.from({ length: 53 }, (_, index) => `App ${String(index).padStart(2, '0')}`);
    for (const name of names) await other.register({ name, redirect_uris: [REDIRECT] });
    const list = (...args: string[]) =>
      runGrantor(['clients', 'list', ...args, '--url', other.issuer], { GRANTOR_API_KEY: other.apiKey });

    const page = await list('--limit', '2');
    expect(page.stdout).toMatch(/^NAME +CLIENT ID +ENABLED +SCOPES +MODIFIED\nApp \d\d .*\nApp \d\d .*\n$/);
    expect(page.stderr).toBe('There are more: --all shows them.\n');
    const all = await list('--all', '--json');
    const { data } = JSON.parse(all.stdout) as { data: { name: string }[] };
    expect(data.map(({ name }) => name).toSorted()).toEqual(names);
    expect(all.stderr).toBe('50 so far ...\n');
    expect(JSON.parse((await list('--limit', '1', '--json')).stdout)).toMatchObject({
      data: [{ name: expect.stringMatching(/^App \d\d$/) }],
      limit: 1,
    });
  });

  it('tells every field that is wrong in a line of its own, and exits with 1', async () => {
    const refused = await run('clients', 'create', '--name', '', '--redirect-uri', 'no uri');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^400 Bad Request: Validation failed\n {2}/);
    expect(refused.stderr).toMatch(/^ {2}name /m);
    expect(refused.stderr).toMatch(/^ {2}redirect_uris\.0 /m);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });

  it('deletes no more than one app, whatever its ID is said to be', async () => {
    const { client_id } = await created('--name', 'Kept', '--redirect-uri', REDIRECT);
    for (const id of ['tenant', '', '.', '../clients']) {
      expect(await run('clients', 'delete', id, '--yes')).toMatchObject({ code: 1, stdout: '' });
    }
    expect(await json('clients', 'show', client_id)).toMatchObject({ client_id });
  });

  it.each(['../keys', '?limit=1', '%2e%2e', '..', ''])(
    'asks for no other address with the ID %j',
    async (id) => {
      const { code, stdout, stderr } = await run('clients', 'show', id);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^404 |^An ID must not be/);
    },
  );
});

describe('grantor scopes', () => {
  it('defines a scope in a group, changes its English words beside other languages, and takes it away', async () => {
    await json('scopes', 'put-group', 'invoices', '--title', 'Invoices');
    const path = join(await temporaryFolder(), 'scope.json');
    await writeFile(
      path,
      JSON.stringify({ texts: { en: { title: 'See' }, de: { title: 'Rechnungen sehen' } } }),
    );
    const options = ['--group', 'invoices', '--type', 'read', '--from-file', path];
    const texts = { en: { title: 'See' }, de: { title: 'Rechnungen sehen' } };
    expect(await json('scopes', 'create', 'invoices:read', ...options)).toMatchObject({ texts });
    const changes = ['--title', 'See your invoices', '--needs-approval'];
    expect(await json('scopes', 'update', 'invoices:read', ...changes)).toMatchObject({
      texts: { ...texts, en: { title: 'See your invoices' } },
      needs_approval: true,
    });
    const listed = await run('scopes', 'list');
    expect(listed.stdout).toMatch(/^NAME +GROUP +TYPE +TITLE +NEEDS APPROVAL\n/);
    expect(listed.stdout).toMatch(/^invoices:read +invoices +read +See your invoices +yes$/m);
    expect(await run('scopes', 'delete', 'invoices:read', '--yes')).toMatchObject({
      code: 0,
      stdout: 'deleted\n',
    });
    expect((await run('scopes', 'list')).stdout).not.toContain('invoices:read');
  });
});

describe('grantor consents', () => {
  it('shows which apps a person allowed what, and takes it back', async () => {
    const { client_id, client_secret } = await created(
      '--name',
      'Allowed',
      '--redirect-uri',
      REDIRECT,
      '--scope',
      'openid',
      '--scope',
      'profile',
    );
    const query = new URLSearchParams({
      response_type: 'code',
      client_id,
      redirect_uri: REDIRECT,
      scope: 'openid profile',
    });
    const { issuer, person, server } = grantor;
    await connect(new HttpBrowser(), `${issuer}/oauth2/authorize?${query.toString()}`, person);
    const account = await server.store.accounts.findByLogin(person.username);
    const whose = ['--account', account?.id ?? ''];

    const listed = await run('consents', 'list', ...whose);
    expect(listed.stdout).toMatch(/^APP +CLIENT ID +SCOPES +ALLOWED\n/);
    expect(listed.stdout).toMatch(new RegExp(`^Allowed +${client_id} +.*profile.* UTC$`, 'm'));
    const shown = await run('consents', 'show', client_id, ...whose);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout + shown.stdout).not.toContain(client_secret);
    const revoked = await run('consents', 'revoke', client_id, '--yes', ...whose);
    expect(revoked).toMatchObject({ code: 0, stdout: 'revoked\n' });
    expect((await run('consents', 'list', ...whose)).stdout).not.toContain(client_id);
    expect((await run('consents', 'show', client_id, ...whose)).stderr).toMatch(/^404 /);
  });
});

describe('grantor keys', () => {
  it('makes a key that does no more than it was made for, lists it without itself, and ends it', async () => {
    const options = ['--name', 'CI', '--scope', 'grantor.clients:read', '--expires-in', '90d'];
    const made = await json<{ key: string; id: string }>('keys', 'create', ...options);
    const withKey = (...args: string[]) =>
      runGrantor(args, { GRANTOR_ISSUER: grantor.issuer, GRANTOR_API_KEY: made.key });
    expect(await withKey('clients', 'list')).toMatchObject({ code: 0 });
    const refused = await withKey('clients', 'create', '--name', 'No', '--redirect-uri', REDIRECT);
    expect(refused.stderr).toMatch(/^403 Forbidden: .*grantor\.clients:write/);

    for (const listed of [
      await run('keys', 'list', '--everybody'),
      await run('keys', 'list', '--everybody', '--json'),
    ]) {
      expect(listed.stdout).toContain(made.id);
      expect(listed.stdout).not.toContain(made.key);
    }
    // An ID may begin with a hyphen.
    const deleted = await run('keys', 'delete', '--yes', '--', made.id);
    expect(deleted).toMatchObject({ code: 0, stdout: 'deleted\n', stderr: '' });
    expect((await withKey('clients', 'list')).stderr).toMatch(/^401 Unauthorized: /);
  });

  it('says where the keys are that tokens are signed with', async () => {
    expect((await run('keys', '--help')).stdout).toContain('grantor signing-keys');
  });
});

describe('grantor audit', () => {
  it('lists who did what, by filters, and no secret', async () => {
    const { client_id, client_secret } = await created('--name', 'Watched', '--redirect-uri', REDIRECT);
    const table = await run('audit', 'list', '--client', client_id, '--type', 'client.*');
    expect(table.stdout).toMatch(/^WHEN +WHAT +WHO +TO WHAT +FROM\n\d{4}-.*UTC +client\.created /);
    const { data } = await json<{ data: { type: string }[] }>('audit', 'list', '--client', client_id);
    expect(data.map(({ type }) => type)).toEqual(['client.created']);
    expect(table.stdout + JSON.stringify(data)).not.toContain(client_secret);
  });
});

describe('the key', () => {
  it('comes from a file where one is named', async () => {
    const path = join(await temporaryFolder(), 'key');
    await writeFile(path, `${grantor.apiKey}\n`);
    const args = ['clients', 'list', '--url', grantor.issuer, '--key-file', path];
    expect(await runGrantor(args, { GRANTOR_API_KEY: 'wrong' })).toMatchObject({ code: 0 });
    const missing = await runGrantor([...args, '--key-file', `${path}.missing`]);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('The key file cannot be read');
  });

  it('is never an argument, which everybody on the machine could read', async () => {
    const { stdout } = await run('clients', 'list', '--help');
    expect(stdout).not.toMatch(/--(?:api-)?key\b(?!-file)/);
  });

  it('that is missing is asked for, and one that is wrong is not repeated', async () => {
    const none = await runGrantor(['clients', 'list', '--url', grantor.issuer]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('GRANTOR_API_KEY');
    for (const key of ['hunter2', 'hunter2\nx-other: header', 'hünter2']) {
      const { code, stderr } = await runGrantor(['clients', 'list', '--url', grantor.issuer], {
        GRANTOR_API_KEY: key,
      });
      expect(code).toBe(1);
      expect(stderr).not.toMatch(/h[uü]nter2|\n\s+at /);
    }
  });

  it('goes to no server by plain http but one on this machine', async () => {
    const { code, stderr } = await runGrantor(['clients', 'list', '--url', 'http://login.example.com'], {
      GRANTOR_API_KEY: grantor.apiKey,
    });
    expect([code, stderr]).toEqual([
      1,
      'The key would travel in the clear: use https for every server but one on this machine.\n',
    ]);
  });

  it('goes to no other server that the first one names', async () => {
    const seen: (string | undefined)[] = [];
    const thief = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"data":[]}');
    });
    const liar = createServer((_request, response) => {
      response
        .writeHead(307, { location: `http://localhost:${(thief.address() as AddressInfo).port}/` })
        .end();
    });
    for (const server of [thief, liar]) {
      await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve));
      onTestFinished(() => void server.close());
    }
    const url = `http://localhost:${(liar.address() as AddressInfo).port}`;
    const ended = await runGrantor(['clients', 'list', '--url', url], { GRANTOR_API_KEY: grantor.apiKey });
    expect(ended.stderr).toContain(`What answers at ${url} is no management API of Grantor: it answered 307`);
    expect([ended.code, seen]).toEqual([1, []]);
  });
});

describe('a server that cannot be asked', () => {
  const ask = (url: string) =>
    runGrantor(['clients', 'list', '--url', url], { GRANTOR_API_KEY: grantor.apiKey });

  it('is told in a sentence: nothing listens', async () => {
    const [port] = await freePorts(1);
    const { code, stderr } = await ask(`http://localhost:${port}`);
    expect([code, stderr]).toEqual([
      1,
      `Nothing answers at http://localhost:${port}. Is the server running? Else check --url or GRANTOR_ISSUER.\n`,
    ]);
  });

  it.each(['localhost:8888', 'ftp://localhost', 'https://user:hunter2@localhost', ''])(
    'is told in a sentence: %j is no address',
    async (url) => {
      const { code, stderr } = await ask(url);
      expect(code).toBe(1);
      expect(stderr).toMatch(/http or https URL|Nothing answers|401/);
      expect(stderr).not.toMatch(/hunter2|\n\s+at /);
    },
  );

  it('is told in a sentence: it is something else', async () => {
    const other = createServer((_request, response) => void response.end('<h1>It works</h1>'));
    await new Promise<void>((resolve) => void other.listen(0, 'localhost', resolve));
    onTestFinished(() => void other.close());
    const { code, stderr } = await ask(`http://localhost:${(other.address() as AddressInfo).port}`);
    expect(code).toBe(1);
    expect(stderr).toContain('is no management API of Grantor');
  });
});

it('shows names without what a terminal would obey', async () => {
  const hostile = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: [{ name: 'a\u001b]0;owned\u0007b\u202ec', client_id: 'x' }] }));
  });
  await new Promise<void>((resolve) => void hostile.listen(0, 'localhost', resolve));
  onTestFinished(() => void hostile.close());
  const url = `http://localhost:${(hostile.address() as AddressInfo).port}`;
  const { stdout } = await runGrantor(['clients', 'list', '--url', url], { GRANTOR_API_KEY: grantor.apiKey });
  expect(stdout).toContain('a\u{fffd}]0;owned\u{fffd}b\u{fffd}c');
});

it('gives examples in the help of each', async () => {
  for (const name of ['clients', 'scopes', 'keys', 'consents', 'audit']) {
    const { code, stdout } = await runGrantor([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Examples:\\n {2}grantor ${name} `, 'm'));
  }
}, 60_000);
