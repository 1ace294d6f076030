import type { Listening } from '@grantor/server';
import { afterEach, describe, expect, it } from 'vitest';
import { get, listenWith, openConnection, until, untilClosed } from './support.js';

describe('the number of connections', () => {
  let listening: Listening;
  afterEach(() => listening.close());

  it.each([
    ['in all', { connections: 3 }],
    ['from one address', { connectionsPerAddress: 3 }],
  ])('has a bound %s, and a connection that ends makes room', async (_, limits) => {
    listening = await listenWith(() => new Response('served'), limits);
    const three = await Promise.all([1, 2, 3].map(() => openConnection(listening.port)));
    const fourth = await openConnection(listening.port);
    fourth.write(get('/'));
    await untilClosed(fourth);
    expect(fourth.received()).toBe('');

    three[0]?.destroy();
    const answered = async () => {
      const socket = await openConnection(listening.port);
      socket.write(get('/', 'Connection: close\r\n'));
      await untilClosed(socket);
      return socket.received().includes('served');
    };
    await expect.poll(answered).toBe(true);
    for (const socket of three) socket.destroy();
  });
});

describe('the end of the server', () => {
  it('waits for the response under way, and starts nothing that waits behind it', async () => {
    const started: string[] = [];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const listening = await listenWith(async (request) => {
      started.push(new URL(request.url).pathname);
      await released;
      return new Response('served');
    });
    const socket = await openConnection(listening.port);
    socket.write(get('/first') + get('/second'));
    await until(() => started.length > 0);
    const closing = listening.close();
    release();
    await closing;
    await untilClosed(socket);
    expect(socket.received().match(/served/g)).toHaveLength(1);
    expect(started).toEqual(['/first']);
  });
});
