import { afterEach, describe, expect, it } from 'vitest';
import { xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';

describe('the limits of the management API', () => {
  let grantor: TestServer;
  afterEach(() => grantor.stop());

  const start = async (settings: ServerOptions = {}) => {
    grantor = await startServer(settings);
  };

  const get = (headers: Record<string, string>, path = '/clients') =>
    fetch(`${grantor.issuer}/api/2.0${path}`, { headers });

  const bearer = (key: string, more: Record<string, string> = {}) =>
    get({ authorization: `Bearer ${key}`, ...more });

  const statuses = async (count: number, ask: () => Promise<Response>) => {
    const responses: number[] = [];
    for (let index = 0; index < count; index += 1) responses.push((await ask()).status);
    return responses;
  };

  it('are in the headers of every response', async () => {
    await start({ settings: { apiReadsPerMinute: 10 } });
    const first = await grantor.api('GET', '/clients');
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'ratelimit-limit': '10',
      'ratelimit-remaining': '9',
      'ratelimit-reset': expect.stringMatching(/^\d+$/),
      'ratelimit-policy': '10;w=60',
      'x-ratelimit-remaining': '9',
      'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
    });
    const missing = await grantor.api('GET', '/clients/no-such-app');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('ratelimit-remaining')).toBe('8');
  });

  it('have no X-Ratelimit headers without GRANTOR_COMPAT', async () => {
    await start({ settings: { apiReadsPerMinute: 10, compat: 'none' } });
    const { headers } = await grantor.api('GET', '/clients');
    expect(headers.get('ratelimit-remaining')).toBe('9');
    expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  });

  it('respond with 429 and a problem document with the time to wait', async () => {
    await start({ settings: { apiReadsPerMinute: 2 } });
    expect(await statuses(2, () => grantor.api('GET', '/clients'))).toEqual([200, 200]);
    const response = await grantor.api('GET', '/clients');
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('ratelimit-remaining')).toBe('0');
    expect(await response.json()).toMatchObject({
      status: 429,
      title: 'Too Many Requests',
      instance: '/api/2.0/clients',
    });
  });

  it('count reads and writes separately', async () => {
    await start({ settings: { apiReadsPerMinute: 1, apiWritesPerMinute: 1 } });
    expect((await grantor.api('GET', '/clients')).status).toBe(200);
    expect((await grantor.api('POST', '/clients', { name: 'App' })).status).not.toBe(429);
    expect((await grantor.api('POST', '/clients', { name: 'App' })).status).toBe(429);
    expect((await grantor.api('GET', '/clients')).status).toBe(429);
  });

  it('count a user over all their credentials', async () => {
    await start({ settings: { apiReadsPerMinute: 3 } });
    const { key, headers } = await addCaller(grantor);
    const other = await addCaller(grantor);
    const signature = await xSignatureFor(grantor, headers);
    expect(await statuses(2, () => bearer(key))).toEqual([200, 200]);
    expect((await get({ 'x-signature': signature })).status).toBe(429);
    expect((await bearer(other.key)).status).toBe(200);
  });

  it('count all callers at one address together', async () => {
    await start({ settings: { apiRequestsPerMinutePerAddress: 2 } });
    const [one, other] = [await addCaller(grantor), await addCaller(grantor)];
    expect((await bearer(one.key)).status).toBe(200);
    expect((await bearer(other.key)).status).toBe(200);
    expect((await bearer(one.key)).status).toBe(429);
  });

  it('cannot be avoided with a forged address', async () => {
    await start({ settings: { apiRequestsPerMinutePerAddress: 1 } });
    expect((await bearer(grantor.apiKey, { 'x-forwarded-for': '203.0.113.1' })).status).toBe(200);
    expect((await bearer(grantor.apiKey, { 'x-forwarded-for': '203.0.113.2' })).status).toBe(429);
  });

  it('count the address from the trusted proxy, and an IPv6 network as one', async () => {
    await start({ settings: { apiRequestsPerMinutePerAddress: 1, trustedProxies: 1 } });
    const from = async (address: string) =>
      (await bearer(grantor.apiKey, { 'x-forwarded-for': `10.0.0.1, ${address}` })).status;
    expect(await from('203.0.113.1')).toBe(200);
    expect(await from('203.0.113.1')).toBe(429);
    expect(await from('203.0.113.2')).toBe(200);
    expect(await from('2001:db8::1')).toBe(200);
    expect(await from('2001:db8::ffff:2')).toBe(429);
    expect(await from('2001:db8:0:1::1')).toBe(200);
  });

  it('count an IPv6 network as one at registration too', async () => {
    await start({ settings: { registration: 'open', registrationsPerHour: 1, trustedProxies: 1 } });
    const from = async (address: string) => {
      const response = await fetch(`${grantor.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ redirect_uris: ['https://app.example.com/callback'] }),
      });
      return response.status;
    };
    expect(await from('2001:db8::1')).toBe(201);
    expect(await from('2001:db8::2')).toBe(429);
    expect(await from('2001:db8:0:1::1')).toBe(201);
  });

  it('count HEAD as a read', async () => {
    await start({ settings: { apiReadsPerMinute: 1, apiWritesPerMinute: 5 } });
    const head = await grantor.api('HEAD', '/clients');
    expect(head.headers.get('ratelimit-limit')).toBe('1');
  });

  it('count a refused key as ten requests, and then refuse a valid one too', async () => {
    await start({ settings: { apiRequestsPerMinutePerAddress: 20 } });
    const guesses = await statuses(4, () => bearer('a-guess-of-more-than-20-characters'));
    expect(guesses).toEqual([401, 401, 429, 429]);
    expect((await bearer(grantor.apiKey)).status).toBe(429);
  });

  it('are in the headers of a refusal too', async () => {
    await start({ settings: { apiRequestsPerMinutePerAddress: 20, apiReadsPerMinute: 5 } });
    const response = await bearer('a-guess-of-more-than-20-characters');
    expect(response.headers.get('ratelimit-limit')).toBe('20');
    expect(response.headers.get('ratelimit-remaining')).toBe('10');
  });

  it('are off if they are set to 0, and then responses have no headers', async () => {
    await start({
      settings: { apiReadsPerMinute: 0, apiWritesPerMinute: 0, apiRequestsPerMinutePerAddress: 0 },
    });
    const response = await grantor.api('GET', '/clients');
    expect([...response.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
  });

  it('do not affect sign-ins: a flood at the API does not block them', async () => {
    await start({ settings: { apiRequestsPerMinutePerAddress: 1 } });
    expect(await statuses(2, () => bearer(grantor.apiKey))).toEqual([200, 429]);
    expect((await fetch(`${grantor.issuer}/.well-known/openid-configuration`)).status).toBe(200);
  });
});
