import { createServer } from 'node:http';
import { Socket } from 'node:net';
import type { Listening } from '@grantor/server';
import { afterEach, describe, expect, it } from 'vitest';
import { createBodyBudget } from '../../src/http/body-budget.js';
import { createConnections } from '../../src/http/connections.js';
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

it('connections over IPv6 count for their /64, and for their /48 with four times the bound', () => {
  const server = createServer();
  const connections = createConnections({ connections: 100, connectionsPerAddress: 2 });
  connections.watch(server);
  /** A socket from an address of the outside network: this machine has none in these networks. */
  const arrive = (remoteAddress: string) => {
    const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
    server.emit('connection', socket);
    return socket;
  };
  const areOpen = (addresses: readonly string[]) => addresses.map((address) => !arrive(address).destroyed);
  expect(areOpen(['2001:db8:1:1::1', '2001:db8:1:1::2', '2001:db8:1:1::3'])).toEqual([true, true, false]);
  const others = [2, 3, 4].flatMap((subnet) => [`2001:db8:1:${subnet}::1`, `2001:db8:1:${subnet}::2`]);
  expect(areOpen(others)).toEqual(others.map(() => true));
  expect(areOpen(['2001:db8:1:5::1', '2001:db8:2:1::1'])).toEqual([false, true]);
});

it('a network without an open connection takes no memory', async () => {
  const server = createServer();
  const connections = createConnections({ connections: 100, connectionsPerAddress: 2 });
  connections.watch(server);
  const sockets = ['192.0.2.1', '2001:db8::1'].map((remoteAddress) =>
    Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }),
  );
  for (const socket of sockets) server.emit('connection', socket);
  expect(connections.networks).toBe(3);
  for (const socket of sockets) socket.destroy();
  await until(() => connections.networks === 0);
});

it('a connection may have 16 requests waiting, however short they are', async () => {
  const listening = await listenWith(() => new Promise<Response>(() => {}));
  const held = await openConnection(listening.port);
  held.write(get('/').repeat(17));
  const tooMany = await openConnection(listening.port);
  tooMany.write(get('/').repeat(18));
  await untilClosed(tooMany);
  expect(held.destroyed).toBe(false);
  held.destroy();
  await listening.close();
});

it('large bodies may take exactly their budget together', () => {
  const budget = createBodyBudget(100);
  const one = budget();
  const other = budget();
  one.take(60);
  other.take(40);
  expect(() => one.take(1)).toThrow(expect.objectContaining({ code: 'temporarily_unavailable' }));
  other.release();
  one.take(40);
  expect(() => other.take(1)).toThrow(expect.objectContaining({ code: 'temporarily_unavailable' }));
});

describe('the end of the server', () => {
  it('waits for the current response, and starts no waiting request', async () => {
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
