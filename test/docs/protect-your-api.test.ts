import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../kit/free-ports.js';
import { runGrantor, TestProcess } from '../kit/grantor-process.js';
import { startServer, type TestServer } from '../kit/servers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'grantor');

/** Starts with the addresses of the page, and ends with those of the test. */
const moved = new Map<string, string>();
let page: string;
let grantor: TestServer;
let folder: string;
let api: TestProcess;

beforeAll(async () => {
  grantor = await startServer();
  const [port] = await freePorts(1);
  moved.set('http://localhost:8888', grantor.issuer);
  moved.set('http://localhost:3100', `http://localhost:${port}`).set('3100', String(port));
  page = await readFile(join(root, 'docs/protect-your-api.md'), 'utf8');
  for (const [from, to] of moved) page = page.replaceAll(from, to);
  // Below the repository, where the program finds its packages.
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'my-api-'));
  const program = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  await writeFile(join(folder, 'my-api.mjs'), program);
  api = new TestProcess(process.execPath, ['my-api.mjs'], {}, folder);
  await api.untilPrinted(/files/);
});
afterAll(async () => {
  await api.stop();
  await rm(folder, { recursive: true, force: true });
  await grantor.stop();
});

/** Registers an app with the page's command of this number, as a shell would read it. */
async function register(number: number): Promise<{ client_id: string; client_secret: string }> {
  const commands = [...page.matchAll(/npx grantor (clients create .*?)\n```/gs)];
  const words = commands[number]?.[1]?.replaceAll('\\\n', '').match(/'[^']*'|\S+/g) ?? [];
  const args = [...words.map((word) => word.replaceAll("'", '')), '--url', grantor.issuer, '--json'];
  const { stdout } = await runGrantor(args, { GRANTOR_API_KEY: grantor.apiKey });
  return JSON.parse(stdout) as { client_id: string; client_secret: string };
}

async function callWithTokenOf(app: { client_id: string; client_secret: string }): Promise<Response> {
  const response = await fetch(`${grantor.issuer}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${app.client_id}:${app.client_secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'files:read' }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return fetch(files(), { headers: { authorization: `Bearer ${access_token}` } });
}

const files = () => `${moved.get('http://localhost:3100')}/files`;

describe('docs/protect-your-api.md, followed step by step', () => {
  it('refuses the call without a token, with the header that the page shows', async () => {
    const response = await fetch(files());
    expect(response.status).toBe(401);
    expect(page).toContain(`www-authenticate: ${response.headers.get('www-authenticate')}`);
  });

  it('accepts the call with a token of the app that the page registers', async () => {
    const app = await register(0);
    const response = await callWithTokenOf(app);
    expect(response.status).toBe(200);
    expect(page.replaceAll('<client_id>', app.client_id)).toContain(await response.text());
  });

  it('refuses the token of an app that is registered for another audience', async () => {
    const app = await grantor.register({
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      audience: 'https://other.example.com',
    });
    const response = await callWithTokenOf(app);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('registers the app that signs users in', async () => {
    expect(await register(1)).toMatchObject({ client_id: expect.any(String) });
  });
});
