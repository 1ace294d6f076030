import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bearer, bodyOf, callApi } from '../kit/api-calls.js';
import { connect, HttpBrowser } from '../kit/browser.js';
import { grantorBin, onFreePorts, startDev, TestProcess } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

type Dev = Awaited<ReturnType<typeof startDev>>;

async function dev(folder: string): Promise<Dev> {
  const before = performance.now();
  const started = await startDev(folder);
  console.info(`grantor dev was ready after ${Math.round(performance.now() - before)} ms`);
  onTestFinished(async () => void (await started.process.stop()));
  return started;
}

const keysOf = async ({ issuer }: Dev) => (await fetch(`${issuer}/oauth2/jwks`)).json();

const clientsOf = ({ issuer }: Dev, apiKey: string) =>
  bodyOf<unknown>(callApi({ issuer }, bearer(apiKey), 'GET', '/clients'));

/** Walks from the demo app's Connect to its callback, and back to what the app shows. */
async function useDemoApp({ app, person: user }: Dev): Promise<string> {
  const [atServer, atApp] = [new HttpBrowser(), new HttpBrowser()];
  const asked = await atApp.request(`${app}/connect`);
  const back = await connect(atServer, asked.headers.get('location') ?? '', user);
  return (await atApp.open(back.href)).html;
}

describe('the data of grantor dev', () => {
  it('is found again by a second start on other ports: keys, app, user, API key', async () => {
    const folder = await temporaryFolder();
    const first = await dev(folder);
    const keys = await keysOf(first);
    expect(keys).toMatchObject({ keys: expect.arrayContaining([expect.objectContaining({ alg: 'ES256' })]) });
    expect(await useDemoApp(first)).toContain('Ada Lovelace');
    const registered = await fetch(`${first.issuer}/api/2.0/clients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${first.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Kept', redirectUris: ['http://localhost:3000/callback'] }),
    });
    expect(registered.status).toBe(201);
    expect(await first.process.stop()).toMatchObject({ code: 0, stderr: '' });

    const second = await dev(folder);
    expect(await keysOf(second)).toEqual(keys);
    expect(second.apiKey).toBe(first.apiKey);
    expect(second.person).toEqual(first.person);
    expect(JSON.stringify(await clientsOf(second, first.apiKey))).toContain('"Kept"');
    expect(await useDemoApp(second)).toContain('Ada Lovelace');
  });

  it('can be read by the owner only', async () => {
    const folder = join(await temporaryFolder(), 'data');
    const running = await onFreePorts(1, async ([port]) => {
      // The widest umask: the protection of secrets must not depend on it.
      const script = 'umask 000 && exec "$0" "$@"';
      const args = ['-c', script, process.execPath, grantorBin, 'serve', '--data', folder];
      const started = new TestProcess('/bin/sh', args, { PORT: `${port}` });
      await started.untilPrinted(/"listening"/);
      return started;
    });
    onTestFinished(async () => void (await running.stop()));
    const files = await readdir(folder);
    // With the write-ahead log and its index, which SQLite has while it runs.
    expect(files).toEqual(
      expect.arrayContaining(['grantor.db', 'grantor.db-shm', 'grantor.db-wal', 'grantor.secret']),
    );
    for (const file of files) {
      expect([file, (await stat(join(folder, file))).mode & 0o777]).toEqual([file, 0o600]);
    }
  });
});
