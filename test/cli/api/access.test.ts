import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../../kit/browser.js';
import { runGrantor } from '../../kit/grantor-process.js';
import { startServer, type TestServer } from '../../kit/servers.js';
import { commandLine, REDIRECT } from './support.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ settings: { compat: 'none' } });
});
afterAll(() => grantor.stop());
const { run, json, created } = commandLine(() => grantor);

/** An app that the user has just allowed to see their profile. */
async function allowedApp(name: string) {
  const app = await created('--name', name, '--scope', 'openid', '--scope', 'profile');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: app.client_id,
    redirect_uri: REDIRECT,
    scope: 'openid profile',
  });
  const { issuer, user, server } = grantor;
  await connect(new HttpBrowser(), `${issuer}/oauth2/authorize?${query.toString()}`, user);
  const account = await server.store.accounts.findByLogin(user.username);
  return { ...app, accountId: account?.id ?? '' };
}

describe('grantor consents', () => {
  it('lists the consents of a user, and revokes them', async () => {
    const { client_id, client_secret, accountId } = await allowedApp('Allowed');
    const whose = ['--account', accountId];
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

  it('refers to --account if the list is empty', async () => {
    const { code, stdout, stderr } = await run('consents', 'list');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^No consents\. --account /);
    expect(await json('consents', 'list', '--all')).toEqual([]);
  });
});

describe('grantor grants', () => {
  it('shows a grant of a user, and revokes it while the consent stays', async () => {
    const { client_id, accountId } = await allowedApp('Granted');
    const [grant] = await json<{ id: string }[]>('grants', 'list', '--client', client_id, '--all');
    const id = grant?.id ?? '';
    const listed = await run('grants', 'list', '--client', client_id, '--account', accountId);
    expect(listed.stdout).toMatch(/^APP +CLIENT ID +USER +SCOPES +SINCE +ID\n/);
    expect(listed.stdout).toMatch(new RegExp(`^Granted +${client_id} +${accountId} +.*${id}$`, 'm'));
    expect(await json('grants', 'show', id)).toMatchObject({ id, client_id, account_id: accountId });

    const unasked = await run('grants', 'revoke', id);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(unasked.stderr).toContain('--yes');
    expect(await json('grants', 'show', id)).toMatchObject({ id });
    expect(await run('grants', 'revoke', id, '--yes')).toMatchObject({ code: 0, stdout: 'revoked\n' });
    expect((await run('grants', 'show', id)).stderr).toMatch(/^404 /);
    const none = await run('grants', 'list', '--client', client_id);
    expect([none.code, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toMatch(/^No active grants\./);
    const consent = await json('consents', 'show', client_id, '--account', accountId);
    expect(consent).toMatchObject({ registered_client_id: client_id });
  });
});

describe('grantor keys', () => {
  it('creates a key with limited scopes, lists it without its secret, and deletes it', async () => {
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
    const deleted = await run('keys', 'delete', made.id, '--yes');
    expect(deleted).toMatchObject({ code: 0, stdout: 'deleted\n', stderr: '' });
    expect((await withKey('clients', 'list')).stderr).toMatch(/^401 Unauthorized: /);
  });

  it('refers to the signing keys', async () => {
    expect((await run('keys', '--help')).stdout).toContain('grantor signing-keys');
  });
});

describe('grantor audit', () => {
  it('lists events by filters, without secrets', async () => {
    const { client_id, client_secret } = await created('--name', 'Watched');
    const table = await run('audit', 'list', '--client', client_id, '--type', 'client.*');
    expect(table.stdout).toMatch(/^TIME +TYPE +ACTOR +TARGET +ADDRESS\n\d{4}-.*UTC +client\.created /);
    const { data } = await json<{ data: { type: string }[] }>('audit', 'list', '--client', client_id);
    expect(data.map(({ type }) => type)).toEqual(['client.created']);
    expect(table.stdout + JSON.stringify(data)).not.toContain(client_secret);
  });
});
