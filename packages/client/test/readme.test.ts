import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AuthorizationServer } from './authorization-server.js';
import { REDIRECT_URI, SECRET } from './fixtures.js';

const home = fileURLToPath(new URL('..', import.meta.url));

/** The web app of the README. */
async function example(): Promise<string> {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, code] = /Save this as `app\.mjs`:\n\n```js\n([\s\S]*?)\n```/.exec(text) ?? [];
  if (code === undefined) throw new Error('The README has no app.mjs.');
  return code;
}

/** The address that the app prints when it listens. */
async function addressOf(app: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of app.stdout ?? []) {
    said += String(chunk);
    const port = /http:\/\/localhost:(\d+)/.exec(said)?.[1];
    if (port !== undefined) return `http://localhost:${port}`;
  }
  throw new Error('The app of the README ended. Run npm run build first.');
}

let server: AuthorizationServer;
let app: ChildProcess;
beforeEach(async () => {
  server = await AuthorizationServer.start();
  app = spawn(process.execPath, ['--input-type=module', '--eval', await example()], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      ISSUER: server.issuer,
      CLIENT_ID: 'app-1',
      CLIENT_SECRET: SECRET,
      REDIRECT_URI,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
});
afterEach(async () => {
  if (app.exitCode === null) {
    app.kill();
    await once(app, 'exit');
  }
  await server.stop();
});

it('has a web app that connects, refreshes and disconnects', async () => {
  const address = await addressOf(app);
  let cookie = '';
  const visit = async (path: string) => {
    const response = await fetch(address + path, { headers: { cookie }, redirect: 'manual' });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return { location: response.headers.get('location') ?? '', text: await response.text() };
  };
  expect((await visit('/')).text).toContain('/connect');

  const denied = new URL((await visit('/connect')).location).searchParams;
  const no = new URLSearchParams({
    error: 'access_denied',
    state: denied.get('state') ?? '',
    iss: server.issuer,
  });
  expect((await visit(`/callback?${no}`)).text).toContain('No problem');

  // Tokens that expire at once, so that the next visit must refresh them.
  server.editResponse = (response) => ({ ...response, expires_in: 0 });
  const back = server.allow((await visit('/connect')).location);
  expect((await visit(`/callback${back.search}`)).location).toBe('/');
  expect((await visit('/')).text).toBe('Hello Una User');
  expect(server.requestsTo('/token').map(({ form }) => form.get('grant_type'))).toEqual([
    'authorization_code',
    'refresh_token',
  ]);
  expect(server.requestsTo('/userinfo')[0]?.authorization).toBe('Bearer access-token-2');

  expect((await visit('/disconnect')).location).toBe('/');
  expect(server.requestsTo('/revoke')[0]?.form.get('token')).toBe('refresh-token-2');
  expect((await visit('/')).text).toContain('/connect');
});
