import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { type Portal, startPortal } from './portal.js';
import { complete, make, unknown } from './portal-apps.js';
import { expectProblem } from './responses.js';

const one = `/clients/${unknown}`;

/** Every endpoint for apps: method, path, and a body if it needs one. */
const endpoints: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['POST', '/clients', complete],
  ['GET', '/clients', undefined],
  ['GET', one, undefined],
  ['PUT', one, { name: 'Changed' }],
  ['DELETE', one, undefined],
  ['PATCH', `${one}/regenerate`, undefined],
  ['PATCH', `${one}/activation`, { status: true }],
  ['DELETE', `${one}/revoke`, undefined],
  ['DELETE', '/clients', undefined],
  ['DELETE', '/clients/tenant', undefined],
  ['GET', `${one}/info`, undefined],
  ['GET', '/clients/info?limit=1', undefined],
  ['GET', '/consents?limit=1', undefined],
  ['GET', '/scopes', undefined],
];
const ofOneApp = endpoints.filter(([, path]) => path.includes(unknown));
const withBody = endpoints.filter(([, , body]) => body !== undefined);

/** The same below `/api/2.0/oauth2`. */
const places = ['', '/oauth2'] as const;

/*
 * The portal's errors, on every endpoint that can return them. If the portal fails with 500, this server returns 400.
 */
describe.each(databases)('the portal’s errors on %s', (database) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ database, settings: { clientsPerDeveloper: 0 } });
  });
  afterAll(() => portal.stop());

  const instanceOf = (path: string) => path.split('?')[0] ?? '';

  describe.each(places)('below /api/2.0%s', (place) => {
    it.each(endpoints)(
      '%s %s: 401 without a credential, 403 with an invalid signature',
      async (method, path, body) => {
        const at = place + path;
        const anonymous = await portal.call({}, method, at, body);
        await expectProblem(anonymous, 401, 'Unauthorized', instanceOf(at));
        const forged = await portal.call({ 'x-signature': 'a.b.c' }, method, at, body);
        await expectProblem(forged, 403, 'Forbidden', instanceOf(at));
      },
    );

    it.each(ofOneApp)('%s %s: 404 for an unknown app', async (method, path, body) => {
      for (const id of [unknown, 'no-uuid', '%00', '__proto__']) {
        const at = place + path.replace(unknown, id);
        await expectProblem(await portal.admin.api(method, at, body), 404, 'Not Found', at);
      }
    });

    it.each(withBody)(
      '%s %s: 400 for a body that is not a JSON object, 415 for another content type',
      async (method, path) => {
        const at = place + path;
        for (const body of ['{"name":', '[]', 'null', '"name"', '']) {
          await expectProblem(await portal.admin.api(method, at, body), 400, 'Bad Request', at);
        }
        const form = await fetch(`${portal.grantor.issuer}/api/2.0${at}`, {
          method,
          headers: { authorization: `Bearer ${portal.admin.key}` },
          body: new URLSearchParams({ name: 'x' }),
        });
        await expectProblem(form, 415, 'Unsupported Media Type', at);
      },
    );

    it.each([
      ['PUT', '/clients'],
      ['PATCH', '/clients'],
      ['POST', one],
      ['GET', `${one}/regenerate`],
      ['POST', `${one}/activation`],
      ['GET', `${one}/revoke`],
      ['POST', `${one}/info`],
      ['POST', `${one}/public/info`],
      ['POST', '/consents'],
    ])('%s %s is not an endpoint, and lists the allowed methods', async (method, path) => {
      const at = place + path;
      const response = await portal.admin.api(method, at, method === 'GET' ? undefined : {});
      expect(response.headers.get('allow')).toMatch(/[A-Z]/);
      expect(response.headers.get('allow')?.split(', ')).not.toContain(method);
      await expectProblem(response, 405, 'Method Not Allowed', at);
    });

    it.each([
      ['/clients?limit=0'],
      ['/clients?limit=51'],
      ['/clients?limit=many'],
      ['/clients?last_client_id=x'],
      [`/clients?last_client_id=${unknown}&last_created_on=yesterday`],
      ['/clients/info'],
      ['/clients/info?limit=0'],
      ['/clients/info?limit=51'],
      [`/clients/info?limit=1&last_client_id=${unknown}&last_created_on=yesterday`],
      ['/consents'],
      ['/consents?limit=0'],
      ['/consents?limit=51'],
      ['/consents?limit=1&last_modified_on=yesterday'],
    ])('GET %s: 400', async (path) => {
      const at = place + path;
      await expectProblem(await portal.admin.api('GET', at), 400, 'Bad Request', instanceOf(at));
    });
  });
});

describe('the portal’s limits', () => {
  it.each([
    ['GET', '/clients', { apiReadsPerMinute: 1 }],
    ['POST', '/clients', { apiWritesPerMinute: 1 }],
    ['PUT', one, { apiWritesPerMinute: 1 }],
    ['PATCH', `${one}/regenerate`, { apiWritesPerMinute: 1 }],
    ['DELETE', one, { apiWritesPerMinute: 1 }],
  ])(
    '%s %s: the remaining requests are in the headers of the portal, and 429 follows',
    async (method, path, settings) => {
      const { grantor, developer } = await startPortal({ settings });
      try {
        const ask = () => developer.call(method, path, method === 'GET' ? undefined : {});
        const first = await ask();
        expect(first.status).not.toBe(429);
        const second = await ask();
        for (const response of [first, second]) {
          expect(response.headers.get('x-ratelimit-remaining')).toBe('0');
          expect(Number(response.headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
        }
        expect(second.headers.get('retry-after')).toBe(second.headers.get('x-ratelimit-reset'));
        await expectProblem(second, 429, 'Too Many Requests', path);
      } finally {
        await grantor.stop();
      }
    },
  );

  it('caps: 400 for one app over the limit of a developer', async () => {
    const { grantor, developer } = await startPortal({ settings: { clientsPerDeveloper: 1 } });
    try {
      await make(developer);
      await expectProblem(await developer.api('POST', '/clients', complete), 400, 'Bad Request', '/clients');
    } finally {
      await grantor.stop();
    }
  });
});
