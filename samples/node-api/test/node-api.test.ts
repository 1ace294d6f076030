import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type RunningApi } from '../../../packages/guard/test/api-double.js';
import { type IssuerDouble, NOW, startIssuer } from '../../../packages/guard/test/issuer-double.js';
import { createApi } from '../src/api.js';
import { readSettings } from '../src/settings.js';

const AUDIENCE = 'http://localhost:4300';

let issuer: IssuerDouble;

beforeAll(async () => {
  issuer = await startIssuer();
});

afterAll(() => issuer.close());

describe('the demo API', () => {
  let api: RunningApi;

  beforeAll(async () => {
    const { fetch } = createApi({ issuer: issuer.issuer, audience: AUDIENCE, now: () => NOW });
    const listener = getRequestListener(fetch);
    api = await listen(createServer((request, response) => void listener(request, response)));
  });

  afterAll(() => api.close());

  it('responds to a call without a token with 401 and a challenge (RFC 6750 §3)', async () => {
    const response = await api.get(undefined, '/api/files');
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe(`Bearer realm="${AUDIENCE}", scope="files:read"`);
  });

  it('responds to a token with another scope with 403 (RFC 6750 §3.1)', async () => {
    const token = await issuer.mint({ aud: AUDIENCE, scope: 'profile' });
    const response = await api.get(`Bearer ${token}`, '/api/files');
    expect(response.status).toBe(403);
    expect(response.headers['www-authenticate']).toContain('error="insufficient_scope"');
  });

  it('returns the files of the account of a valid token', async () => {
    const token = await issuer.mint({ aud: AUDIENCE });
    const response = await api.get(`Bearer ${token}`, '/api/files');
    expect(response.status).toBe(200);
    const { files } = response.body as { files: unknown[] };
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(file).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        size: expect.any(Number),
        modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        owner: 'ada',
      });
    }
  });

  it('refuses two Authorization headers', async () => {
    const valid = `Bearer ${await issuer.mint({ aud: AUDIENCE })}`;
    expect((await api.get([valid, valid], '/api/files')).status).toBe(400);
  });

  it('has a health endpoint without a token', async () => {
    expect(await api.get(undefined, '/api/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('names its routes at an unknown address', async () => {
    const response = await api.get(undefined, '/nowhere');
    expect(response).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });
});

describe('its settings', () => {
  it('have defaults that fit the demo', () => {
    expect(readSettings({ PORT: '' })).toEqual({
      issuer: 'http://localhost:8888',
      audience: AUDIENCE,
      host: '127.0.0.1',
      port: 4300,
    });
  });

  it('name the API after its port by default', () => {
    expect(readSettings({ PORT: '9' }).audience).toBe('http://localhost:9');
    expect(readSettings({ PORT: '9', AUDIENCE: 'urn:files' }).audience).toBe('urn:files');
  });

  it.each(['-1', '65536', 'http', '1.5'])('refuse the port %s', (PORT) => {
    expect(() => readSettings({ PORT })).toThrow(/^PORT must /);
  });
});

describe('its process (as built)', () => {
  const entry = fileURLToPath(new URL('../dist/server.js', import.meta.url));
  const run = (env: Record<string, string>) =>
    spawn(process.execPath, [entry], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints its address, serves, and stops cleanly on %s',
    async (signal) => {
      const child = run({ PORT: '0', HOST: '', AUDIENCE, ISSUER: issuer.issuer });
      const ended = once(child, 'exit');
      try {
        const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
        const origin = /^Demo API: (http:\/\/localhost:\d+)\/api\/files /.exec(line)?.[1];
        expect((await fetch(`${origin}/api/health`)).status).toBe(200);
        const seconds = Math.floor(Date.now() / 1000);
        const token = await issuer.mint({ aud: AUDIENCE, iat: seconds, exp: seconds + 300 });
        const files = await fetch(`${origin}/api/files`, { headers: { authorization: `Bearer ${token}` } });
        expect(files.status).toBe(200);
      } finally {
        child.kill(signal);
      }
      expect(await ended).toEqual([0, null]);
    },
  );

  it('prints in one line why it cannot start', async () => {
    const child = run({ ISSUER: 'http://auth.example' });
    const errors = once(createInterface(child.stderr), 'line');
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await errors).toEqual([expect.stringContaining('The option "issuer" must ')]);
  });
});
