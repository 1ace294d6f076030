import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { Deployment, deploymentConfig, registerAt } from '../../../../test/kit/deployment.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import type { TestTokens } from '../../../../test/kit/test-app.js';
import { runServer } from '../../src/cli/run-server.js';

/** Holds the write lock of a SQLite file, as another process that writes for a long time does. */
function holdWriteLock(file: string): { release(): void } {
  const holder = new BetterSqlite3(file);
  holder.exec('BEGIN IMMEDIATE');
  const release = () => {
    if (holder.open) holder.close();
  };
  onTestFinished(release);
  return { release };
}

async function startOnFile() {
  const file = join(await temporaryFolder(), 'grantor.db');
  const instance = await new Deployment(`sqlite:${file}`).start();
  onTestFinished(() => instance.stop());
  return { file, instance };
}

const unavailable = { error: 'temporarily_unavailable' };
const soon = expect.stringMatching(/^[1-9]$/);

it('while another process holds the database, writes are 503 with Retry-After, and endpoints without the database respond', async () => {
  const { file, instance } = await startOnFile();
  const app = await registerAt(instance);
  const { refresh_token: token } = await app.tokens();
  const lock = holdWriteLock(file);
  let isRefused = false;
  const write = app.refresh(token).then((response) => {
    isRefused = true;
    return response;
  });
  // The token request is on its way before these are sent.
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const path of [
    '/oauth2/jwks',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/api/openapi.json',
    '/api/docs',
    '/favicon.svg',
  ]) {
    const response = await fetch(instance.url + path);
    await response.arrayBuffer();
    expect([path, response.status < 500, isRefused]).toEqual([path, true, false]);
  }

  const refused = await write;
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toEqual(soon);
  expect(await refused.json()).toMatchObject(unavailable);

  lock.release();
  const again = await app.refresh(token);
  expect(again.status).toBe(200);
  expect(((await again.json()) as TestTokens).refresh_token).not.toBe(token);
});

it('the management API refuses with a problem document, and pages with a page', async () => {
  const { file, instance } = await startOnFile();
  holdWriteLock(file);
  const [problem, page] = await Promise.all([
    instance.call('POST', '/clients', { name: 'Late', redirectUris: ['https://late.example.com/cb'] }),
    fetch(`${instance.url}/health`),
  ]);
  expect(problem.status).toBe(503);
  expect(problem.headers.get('retry-after')).toEqual(soon);
  expect(problem.headers.get('content-type')).toBe('application/problem+json');
  expect(page.status).toBe(503);
});

it('a start while another process holds the database ends with a message that says so', async () => {
  const { file, instance } = await startOnFile();
  const lock = holdWriteLock(file);
  const dependencies = { stretch: cheapStretch };
  await expect(runServer(deploymentConfig(`sqlite:${file}`), dependencies)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('locked by another process'),
  });
  lock.release();
  const server = await runServer({ ...deploymentConfig(`sqlite:${file}`), port: 0 }, dependencies);
  await server.close();
  expect((await fetch(`${instance.url}/health`)).status).toBe(200);
});
