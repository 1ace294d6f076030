import { connect } from 'node:net';
import type { Listening } from '@grantor/server';
import { afterEach, describe, expect, it } from 'vitest';
import { get, listenWith, openConnection, until, untilClosed } from './support.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('pipelined requests (RFC 9112 §9.3.2)', () => {
  let listening: Listening;
  afterEach(() => listening.close());

  it('are served one at a time, in their order', async () => {
    let running = 0;
    let most = 0;
    listening = await listenWith(async (request) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
      return new Response(`<${new URL(request.url).pathname}>`);
    });
    const socket = await openConnection(listening.port);
    socket.write(Array.from({ length: 17 }, (_, index) => get(`/${index}`)).join(''));
    await until(() => socket.received().includes('</16>'));
    expect([...socket.received().matchAll(/<\/(\d+)>/g)].map(([, index]) => Number(index))).toEqual(
      Array.from({ length: 17 }, (_, index) => index),
    );
    expect(most).toBe(1);
    socket.destroy();
  });

  it('end the connection if more than 16 wait, and none of them is started', async () => {
    let started = 0;
    listening = await listenWith(() => {
      started += 1;
      return new Response('served');
    });
    const socket = await openConnection(listening.port);
    socket.write(get('/').repeat(1700));
    await untilClosed(socket);
    expect(socket.received()).toBe('');
    expect(started).toBe(0);
  });

  it('end the connection if the heads of waiting requests are larger than 16 KiB', async () => {
    let started = 0;
    listening = await listenWith(async () => {
      started += 1;
      await sleep(50);
      return new Response('served');
    });
    const socket = await openConnection(listening.port);
    socket.write(get('/', `Cookie: a=${'x'.repeat(6000)}\r\n`).repeat(4));
    await untilClosed(socket);
    expect(started).toBeLessThan(2);
  });

  it('end the connection if more than 16 KiB arrive behind a request, and none is started', async () => {
    let started = 0;
    listening = await listenWith(() => {
      started += 1;
      return new Response('served');
    });
    const socket = await openConnection(listening.port);
    const body = 'b'.repeat(30_000);
    socket.write(
      `${get('/')}POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await untilClosed(socket);
    expect(socket.received()).toBe('');
    expect(started).toBe(0);
  });

  it('are not started once the client has closed the connection', async () => {
    const started: string[] = [];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let closed = false;
    listening = await listenWith(async (request) => {
      started.push(new URL(request.url).pathname);
      request.signal.addEventListener('abort', () => {
        closed = true;
      });
      await released;
      return new Response('served');
    });
    const socket = await openConnection(listening.port);
    socket.write(get('/first') + get('/second') + get('/third'));
    await until(() => started.length > 0);
    socket.destroy();
    await until(() => closed);
    release();
    await sleep(50);
    expect(started).toEqual(['/first']);
  });

  it('hold one response in memory while their client does not read', async () => {
    let started = 0;
    const large = new Uint8Array(16 * 1024 * 1024);
    listening = await listenWith(() => {
      started += 1;
      return new Response(large);
    });
    const socket = connect(listening.port, '127.0.0.1');
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(get('/').repeat(10));
    await until(() => started > 0);
    await sleep(100);
    expect(started).toBe(1);
    socket.destroy();
  });
});

describe('a client that does not read its response', () => {
  let listening: Listening;
  afterEach(() => listening.close());
  const large = new Uint8Array(16 * 1024 * 1024);

  it.each([
    ['in the time for a whole response', { responseMs: 200 }],
    ['while nothing moves on the connection', { stalledMs: 200 }],
  ])('is disconnected: %s', async (_, limits) => {
    let aborted = false;
    listening = await listenWith((request) => {
      request.signal.addEventListener('abort', () => {
        aborted = true;
      });
      // Not an immediate response, whose request has no signal.
      return Promise.resolve(new Response(large));
    }, limits);
    const socket = connect(listening.port, '127.0.0.1');
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(get('/'));
    await until(() => aborted);
    socket.destroy();
  });
});

describe('a request in many pieces', () => {
  let listening: Listening;
  afterEach(() => listening.close());

  it('is read completely: a long head, a long body and the next request', async () => {
    listening = await listenWith(async (request) => {
      const cookie = request.headers.get('cookie') ?? '';
      const body = await request.text();
      return new Response(`<${cookie.length} ${body.length} ${body.at(-1) ?? ''}>`);
    });
    const socket = await openConnection(listening.port);
    const body = `${'b'.repeat(59_999)}!`;
    const head = `POST / HTTP/1.1\r\nHost: localhost\r\nCookie: ${'c'.repeat(40_000)}\r\n`;
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}${get('/next')}`);
    await until(() => socket.received().includes('<0 0 >'));
    expect(socket.received()).toContain('<40000 60000 !>');
    socket.destroy();
  });

  it('is read completely while the client reads earlier responses slowly', async () => {
    const large = new Uint8Array(4 * 1024 * 1024).fill(120);
    let served = 0;
    listening = await listenWith(async (request) => {
      const body = await request.text();
      served += 1;
      return served < 4 ? new Response(large) : new Response(`<${body}>`);
    });
    const socket = connect(listening.port, '127.0.0.1');
    socket.pause();
    const post = (text: string) =>
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    socket.write([1, 2, 3, 4].map((index) => post(String(index).repeat(2900))).join(''));
    await sleep(100);
    let tail = '';
    socket.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString('latin1')).slice(-3000);
    });
    socket.resume();
    await until(() => tail.endsWith(`<${'4'.repeat(2900)}>`));
    socket.destroy();
  });
});
