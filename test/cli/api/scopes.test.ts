import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addApiKey } from '../../kit/callers.js';
import { runGrantor } from '../../kit/grantor-process.js';
import { startServer, type TestServer } from '../../kit/servers.js';
import { temporaryFolder } from '../../kit/temporary-folder.js';
import { addUser } from '../../kit/users.js';
import { commandLine, REDIRECT } from './support.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ settings: { compat: 'none' } });
});
afterAll(() => grantor.stop());
const { run, json } = commandLine(() => grantor);

describe('grantor scopes', () => {
  it('creates a scope in a group, changes only its English texts, and deletes it', async () => {
    await json('scopes', 'put-group', 'invoices', '--title', 'Invoices');
    const path = join(await temporaryFolder(), 'scope.json');
    await writeFile(
      path,
      JSON.stringify({ texts: { en: { title: 'See' }, de: { title: 'Rechnungen sehen' } } }),
    );
    const options = ['--group', 'invoices', '--type', 'read', '--from-file', path];
    const texts = { en: { title: 'See' }, de: { title: 'Rechnungen sehen' } };
    expect(await json('scopes', 'create', 'invoices:read', ...options)).toMatchObject({ texts });
    const changes = ['--title', 'See your invoices', '--needs-approval', '--consent-seconds', '12h'];
    expect(await json('scopes', 'update', 'invoices:read', ...changes)).toMatchObject({
      texts: { ...texts, en: { title: 'See your invoices' } },
      needs_approval: true,
      consent_seconds: 43_200,
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

describe('grantor scope-requests', () => {
  /** An app with pending scopes, registered by a developer. */
  async function waitingApp(name: string, ...wanted: string[]): Promise<string> {
    const developer = await addUser(grantor, { isAdmin: false });
    const { key } = await addApiKey(grantor, developer);
    const options = ['openid', ...wanted].flatMap((scope) => ['--scope', scope]);
    const ended = await runGrantor(
      ['clients', 'create', '--name', name, '--redirect-uri', REDIRECT, ...options, '--json'],
      { GRANTOR_ISSUER: grantor.issuer, GRANTOR_API_KEY: key },
    );
    expect(ended).toMatchObject({ code: 0 });
    return (JSON.parse(ended.stdout) as { client_id: string }).client_id;
  }

  it('lists the apps with pending scopes, approves and refuses them', async () => {
    const none = await run('scope-requests', 'list');
    expect([none.code, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toMatch(/^No pending scopes\. grantor scopes list /);

    await json('scopes', 'put-group', 'billing', '--title', 'Billing', '--no-write-implies-read');
    for (const name of ['billing:see', 'billing:pay']) {
      const options = ['--group', 'billing', '--type', 'read', '--title', name, '--needs-approval'];
      await json('scopes', 'create', name, ...options);
    }
    const first = await waitingApp('First', 'billing:see', 'billing:pay');
    const second = await waitingApp('Second', 'billing:see');
    const listed = await run('scope-requests', 'list');
    expect(listed.stdout).toMatch(/^APP +CLIENT ID +PENDING SCOPES +SINCE +REGISTERED BY\n/);
    expect(listed.stdout).toMatch(new RegExp(`^First +${first} +billing:see, billing:pay +\\d.* UTC +`, 'm'));
    const all = await json<{ client_id: string }[]>('scope-requests', 'list', '--all');
    expect(all.map(({ client_id }) => client_id).toSorted()).toEqual([first, second].toSorted());

    expect(await run('scope-requests', 'approve', first, '--scope', 'billing:see')).toMatchObject({
      code: 0,
      stdout: 'approved\n',
    });
    expect(await json('clients', 'show', first)).toMatchObject({
      scopes: ['openid', 'billing:see'],
      pending_scopes: ['billing:pay'],
    });
    expect(await run('scope-requests', 'refuse', first)).toMatchObject({ code: 0, stdout: 'refused\n' });
    expect(await json('scope-requests', 'approve', second)).toMatchObject({
      scopes: ['openid', 'billing:see'],
      pending_scopes: [],
    });
    expect(await json('scope-requests', 'list', '--all')).toEqual([]);
    const late = await run('scope-requests', 'approve', first);
    expect(late).toMatchObject({
      code: 1,
      stdout: '',
      stderr: '409 Conflict: The app has no pending scope\n',
    });
  });

  it('is not for the developer of the app', async () => {
    const { key } = await addApiKey(grantor, await addUser(grantor, { isAdmin: false }));
    const { code, stderr } = await runGrantor(['scope-requests', 'list'], {
      GRANTOR_ISSUER: grantor.issuer,
      GRANTOR_API_KEY: key,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^403 Forbidden: /);
  });
});
