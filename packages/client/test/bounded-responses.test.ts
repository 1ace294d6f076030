import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fetch } from '../src/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf } from './fixtures.js';

const MAX_BYTES = 1024 * 1024;

let server: AuthorizationServer;
beforeEach(async () => {
  server = await AuthorizationServer.start();
});
afterEach(async () => server.stop());

/** A body without an end, and how much of it was read. */
function endless() {
  const state = { bytes: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = new Uint8Array(64 * 1024).fill(0x20);
      state.bytes += chunk.byteLength;
      controller.enqueue(chunk);
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { state, body };
}

it('reads at most 1 MiB of a response without an end, and cancels it', async () => {
  const { state, body } = endless();
  const client = clientOf(server, { fetch: async () => new Response(body) });
  const { message } = await errorOf(client.startAuthorization(), 'invalid_response');
  expect(message).toContain(`more than ${MAX_BYTES} bytes`);
  expect(state.cancelled).toBe(true);
  expect(state.bytes).toBeLessThan(2 * MAX_BYTES);
});

it('refuses such a response of userinfo', async () => {
  const fetchOrFlood: Fetch = async (url, init) =>
    url.endsWith('/userinfo') ? new Response(endless().body) : fetch(url, init);
  const client = clientOf(server, { fetch: fetchOrFlood });
  const tokens = await connect(server, client);
  await errorOf(client.userinfo(tokens), 'invalid_response');
});

it('reads a response whose chunks end within a character', async () => {
  const text = JSON.stringify({
    ...(await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json()),
    note: 'ĀĒ',
  });
  const bytes = new TextEncoder().encode(text);
  const fetchInBytes: Fetch = async () =>
    new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      }),
    );
  const client = clientOf(server, { fetch: fetchInBytes });
  expect((await client.startAuthorization()).url).toContain(server.issuer);
});
