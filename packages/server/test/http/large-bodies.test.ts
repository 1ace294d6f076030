import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { listen } from '@grantor/server';
import { expect, it, onTestFinished } from 'vitest';
import { oneEndpointApp } from './one-endpoint-app.js';

const ISSUER = 'http://localhost:8888';
const LARGE = 'x'.repeat(400_000);

/** A server whose one endpoint keeps each request with a large body until it is released. */
async function serve() {
  const waiting: (() => void)[] = [];
  const app = await oneEndpointApp(
    ISSUER,
    {
      methods: ['POST'],
      paths: ['/upload'],
      refusals: 'problem',
      maxBodyBytes: 512 * 1024,
      endpoint: async ({ body }) => {
        const text = body?.text ?? '';
        if (text.length === LARGE.length) await new Promise<void>((resolve) => waiting.push(resolve));
        return { kind: 'json', status: 200, body: String(text.length) };
      },
    },
    { largeBodiesBytes: 1_000_000 },
  );
  const listening = await listen(app.fetch, '127.0.0.1', 0);
  onTestFinished(() => listening.close());
  return { waiting, url: `http://127.0.0.1:${listening.port}/upload` };
}

/** Sends a body on a connection of its own: a response that comes before the end of the body may close it. */
async function send(url: string, body: string, headers: Record<string, string> = {}) {
  const sent = request(url, { method: 'POST', agent: false, headers });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return { status: response.statusCode, retryAfter: response.headers['retry-after'] };
}

const announced = (url: string, body: string) => send(url, body);
const chunked = (url: string, body: string) => send(url, body, { 'transfer-encoding': 'chunked' });

it.each([
  ['of an announced length', announced],
  ['in chunks', chunked],
])(
  'large bodies %s are refused with 503 and Retry-After while others take the memory for them',
  async (_, upload) => {
    const { url, waiting } = await serve();
    const first = [upload(url, LARGE), upload(url, LARGE)];
    await expect.poll(() => waiting.length).toBe(2);

    const refused = await upload(url, LARGE);
    expect([refused.status, refused.retryAfter]).toEqual([503, '5']);
    // A usual body does not wait for uploads.
    expect((await announced(url, 'x'.repeat(60_000))).status).toBe(200);

    for (const release of waiting.splice(0)) release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    const again = upload(url, LARGE);
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.();
    expect((await again).status).toBe(200);
  },
);
