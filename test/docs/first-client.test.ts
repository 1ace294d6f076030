import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, bodyOf, callApi } from '../kit/api-calls.js';
import { type DevAddresses, startDev, type TestProcess } from '../kit/grantor-process.js';
import type { RegisteredTestClient } from '../kit/servers.js';
import { TestApp } from '../kit/test-app.js';

/** The demo API of the README, which has `@grantor/guard` in front of it. */
const DEMO_API = 'http://localhost:4300';

/** The body of the first request in the README. */
function firstBody(api: string): Record<string, unknown> {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, body = ''] =
    /curl http:\/\/localhost:8888\/api\/2\.0\/clients[\s\S]*?-d '([^']+)'/.exec(page) ?? [];
  return JSON.parse(body.replaceAll(DEMO_API, api)) as Record<string, unknown>;
}

describe('the client that the README registers first', () => {
  let folder: string;
  let dev: DevAddresses & { process: TestProcess };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-first-client-'));
    dev = await startDev(folder);
  });
  afterAll(async () => {
    await dev.process.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function tokenOf(body: Record<string, unknown>): Promise<string> {
    const client = await bodyOf<RegisteredTestClient>(
      callApi(dev, bearer(dev.apiKey), 'POST', '/clients', body),
      201,
    );
    const [redirectUri = ''] = body.redirectUris as string[];
    const user = { ...dev.person, name: 'Ada Lovelace' };
    const app = TestApp.of({ issuer: dev.issuer, user }, client, redirectUri);
    return (await app.tokens({ scope: 'openid files:read' })).access_token;
  }
  const files = (headers: Record<string, string> = {}) => fetch(`${dev.api}/api/files`, { headers });

  it('gets tokens that the demo API accepts, which refuses a request without one (RFC 9068 §4)', async () => {
    expect((await files()).status).toBe(401);
    const token = await tokenOf(firstBody(dev.api));
    const accepted = await files({ authorization: `Bearer ${token}` });
    expect(accepted.status).toBe(200);
    expect(await accepted.json()).toMatchObject({ files: expect.any(Array) });
  });

  it('needs its audience: without it the demo API refuses the token', async () => {
    const token = await tokenOf({ ...firstBody(dev.api), audience: null });
    expect((await files({ authorization: `Bearer ${token}` })).status).toBe(401);
  });
});
