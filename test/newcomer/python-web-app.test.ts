import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../kit/chromium.js';
import { onFreePorts, startServe, TestProcess } from '../kit/grantor-process.js';
import { pythonEnvironment } from '../kit/python.js';
import { expectWellMade } from '../kit/well-made.js';
import { type Recorder, record } from './recorder.js';
import { visit } from './visit.js';
import { heading, root, type Stage, signIn, walk } from './walk.js';

const sample = (path: string) => fileURLToPath(new URL(`../../samples/${path}`, import.meta.url));

const API_KEY = 'a first key, with more than 20 characters';
/** What the demo API is called where it runs as its README says; this one runs elsewhere. */
const AUDIENCE = 'http://localhost:4300';

let folder: string;
let browser: Browser;
let recorder: Recorder;
let stage: Stage;
const processes: TestProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grantor-newcomer-'));
  const launching = launchBrowser();
  const python = await pythonEnvironment(sample('python-web-app/requirements.txt'));
  browser = await launching;
  const server = await startServe(
    {
      GRANTOR_API_KEY: API_KEY,
      GRANTOR_ADMIN_EMAIL: root.username,
      GRANTOR_ADMIN_PASSWORD: root.password,
    },
    folder,
  );
  processes.push(server.process);
  const { issuer } = server;

  const api = new TestProcess(process.execPath, [sample('node-api/dist/server.js')], {
    ISSUER: issuer,
    AUDIENCE,
    PORT: '0',
  });
  processes.push(api);
  const [, apiAddress = ''] = await api.untilPrinted(/(http:\/\/localhost:\d+)\/api\/files/);
  recorder = await record(apiAddress);

  const app = await onFreePorts(1, async ([port]) => {
    const address = `http://localhost:${port}`;
    const client = await register(issuer, `${address}/callback`);
    const started = new TestProcess(python, [sample('python-web-app/app.py')], {
      ISSUER: issuer,
      CLIENT_ID: client.client_id,
      CLIENT_SECRET: client.client_secret,
      REDIRECT_URI: `${address}/callback`,
      API_BASE_URL: recorder.address,
      PORT: `${port}`,
    });
    processes.push(started);
    await started.untilPrinted(/Python sample app: /);
    return address;
  });
  const { accessTokens } = recorder;
  stage = { app, issuer, folder, user: root, appName: 'Field Notes', accessTokens };
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(processes.map((one) => one.stop()));
  await recorder?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Registers the app as its README says. */
async function register(issuer: string, redirectUri: string) {
  const response = await fetch(`${issuer}/api/2.0/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'Field Notes',
      redirectUris: [redirectUri],
      grantTypes: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'profile', 'email', 'files:read', 'offline_access'],
      audience: AUDIENCE,
    }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { client_id: string; client_secret: string };
}

it('connects, shows the files, refreshes and disconnects; then its access token opens nothing', async () => {
  await walk(await visit(browser), stage);
  expect(new Set(recorder.accessTokens).size).toBe(3);
});

it('shows a message after Deny', async () => {
  const { context, page, complaints } = await visit(browser);
  const asked = await context.request.get(`${stage.app}/connect`, { maxRedirects: 0 });
  await page.goto(`${asked.headers().location}&prompt=consent`);
  await signIn(page, root);
  await page.click('#deny');
  expect(await heading(page)).toBe('You chose not to connect');
  expect(await page.content()).not.toMatch(/Traceback|\.py\b/);
  await expectWellMade(page);
  expect(complaints).toEqual([]);
});

it('connects in two simultaneous tabs', async () => {
  const { context, page: first } = await visit(browser);
  const second = await context.newPage();
  for (const tab of [first, second]) {
    await tab.goto(stage.app);
    await tab.click('#connect');
  }
  for (const tab of [first, second]) {
    await signIn(tab, root);
    expect(await heading(tab)).toBe(root.name);
  }
});
