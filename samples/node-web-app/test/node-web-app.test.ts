import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../src/app.js';
import { formatSize, timeLeft } from '../src/format.js';
import { readSettings } from '../src/settings.js';
import { checkProcess } from './process-checks.js';
import { checkSample } from './sample-checks.js';

describe('the Node sample app', () => {
  const printed: string[] = [];
  const keep = (...words: unknown[]) => void printed.push(words.map(String).join(' '));
  const spies = ['error', 'log', 'warn'] as const;
  beforeAll(() => {
    for (const name of spies) vi.spyOn(console, name).mockImplementation(keep);
  });
  afterAll(() => vi.restoreAllMocks());

  checkSample(async (env) => {
    const listener = getRequestListener(createApp(readSettings(env)).fetch);
    const server = createServer((request, response) => void listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      output: () => printed.join('\n'),
      stop: async () => {
        await new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        });
      },
    };
  });
});

describe('its process (as built)', () => {
  const entry = fileURLToPath(new URL('../dist/server.js', import.meta.url));
  checkProcess('Node sample app', (env) =>
    spawn(process.execPath, [entry], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
});

describe('its settings', () => {
  it('have defaults that fit the demo', () => {
    expect(readSettings({ PORT: '' })).toEqual({
      issuer: 'http://localhost:8888',
      clientId: '',
      clientSecret: '',
      redirectUri: 'http://localhost:4200/callback',
      scopes: 'openid profile email files:read offline_access',
      apiBaseUrl: 'http://localhost:4300',
      host: 'localhost',
      port: 4200,
    });
  });

  it.each(['REDIRECT_URI', 'API_BASE_URL'])('refuse a %s that is not a web address', (name) => {
    expect(() => readSettings({ [name]: 'javascript:alert(1)' })).toThrow(
      new RegExp(`^${name} must be an address`),
    );
  });
});

describe('its words', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [48_213, '48.2 kB'],
    [3_481_902, '3.5 MB'],
    [123_456_789_012, '123 GB'],
  ])('call %i bytes %s', (bytes, words) => {
    expect(formatSize(bytes)).toBe(words);
  });

  it.each([
    [30, 'in less than a minute'],
    [60, 'in a minute'],
    [3599, 'in 59 minutes'],
    [7200, 'in 2 hours'],
  ])('call %i seconds %s', (seconds, words) => {
    expect(timeLeft(1000 + seconds, 1000)).toBe(words);
  });
});
