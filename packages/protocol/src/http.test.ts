import { describe, expect, it } from 'vitest';
import { fetchJson } from './index.js';

const read = (response: () => Response | Promise<Response>) =>
  fetchJson(async () => response(), 'https://as.example', {}, 16);

describe('fetchJson', () => {
  it('reads a JSON object with status and headers', async () => {
    const response = await read(() => Response.json({ a: 1 }, { status: 400, headers: { 'x-b': 'c' } }));
    expect(response).toMatchObject({ status: 400, json: { a: 1 } });
    expect('headers' in response && response.headers.get('x-b')).toBe('c');
  });

  it.each(['', 'text', '[1]', 'null', '"text"'])('has no object for the body %j', async (body) => {
    expect(await read(() => new Response(body))).toMatchObject({ status: 200, json: undefined });
  });

  it('reads no body that is longer than the limit', async () => {
    expect(await read(() => new Response('x'.repeat(16)))).toMatchObject({ status: 200 });
    expect(await read(() => new Response('x'.repeat(17)))).toEqual({ failure: 'too_large' });
  });

  it('does not follow a redirect', async () => {
    const redirect = () =>
      new Response('gone', { status: 302, headers: { location: 'https://evil.example' } });
    expect(await read(redirect)).toEqual({ failure: 'redirect' });
  });

  it('distinguishes a timeout from another failure', async () => {
    const timeout = new DOMException('The operation timed out', 'TimeoutError');
    expect(await read(() => Promise.reject(timeout))).toEqual({ failure: 'timeout', cause: timeout });
    const cause = new TypeError('fetch failed');
    expect(await read(() => Promise.reject(cause))).toEqual({ failure: 'network', cause });
  });
});
