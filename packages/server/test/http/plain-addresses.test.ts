import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { oneEndpointApp } from './one-endpoint-app.js';

describe('paths that clients request without a link', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it('have an icon at /favicon.ico', async () => {
    const icon = await fetch(`${grantor.issuer}/favicon.ico`);
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(await icon.text()).toContain('<svg');
  });

  it('exclude crawlers at /robots.txt', async () => {
    const robots = await fetch(`${grantor.issuer}/robots.txt`);
    expect(robots.status).toBe(200);
    expect(await robots.text()).toBe('User-agent: *\nDisallow: /\n');
  });

  it('respond with 404 without an OAuth error: a page for browsers, a problem document for programs (RFC 9457)', async () => {
    const page = await fetch(`${grantor.issuer}/nowhere`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(404);
    expect(await page.text()).not.toContain('invalid_request');
    const program = await fetch(`${grantor.issuer}/nowhere`);
    expect([program.status, program.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await program.json()).not.toHaveProperty('error');
  });
});

describe('a failure of the server', () => {
  it.each(['json', 'page', 'problem'] as const)(
    'has no details in the body of the 500: %s',
    async (refusals) => {
      const issuer = 'http://localhost:8888';
      const app = await oneEndpointApp(issuer, {
        methods: ['GET'],
        paths: ['/fails'],
        refusals,
        endpoint: () => {
          throw new Error('SELECT insides FROM accounts', { cause: new Error('insides as well') });
        },
      });
      const response = await app.request(`${issuer}/fails`);
      const body = await response.text();
      expect(response.status).toBe(500);
      expect(response.headers.get('x-request-id')).toBe('the-request-id');
      expect(body).not.toMatch(/insides|SELECT|Error:|\bat .*:\d+/);
    },
  );
});
