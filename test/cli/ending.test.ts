import { connect as openConnection, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts, isFree } from '../kit/free-ports.js';
import { startDev, startServe, TestProcess } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

const portsOf = (...addresses: readonly string[]) =>
  addresses.map((address) => Number(new URL(address).port));

async function expectFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) expect([port, await isFree(port)]).toEqual([port, true]);
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  'ends cleanly on %s, its demo programs too, and frees every port',
  async (signal) => {
    const { issuer, app, api, process } = await startDev(await temporaryFolder());
    const ports = portsOf(issuer, app, api);
    for (const port of ports) expect([port, await isFree(port)]).toEqual([port, false]);
    expect(await process.stop(signal)).toMatchObject({ code: 0, stderr: '' });
    await expectFree(ports);
  },
);

it('leaves no demo program running if the signal comes while they start', async () => {
  const [port, appPort, apiPort] = await freePorts(3);
  const args = [
    'dev',
    '--data',
    await temporaryFolder(),
    '--app-port',
    `${appPort}`,
    '--api-port',
    `${apiPort}`,
  ];
  const process = TestProcess.grantor(args, { PORT: `${port}` });
  onTestFinished(async () => void (await process.stop('SIGKILL')));
  // The server listens just before it starts them.
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const responses = await fetch(`http://localhost:${port}/health`).then(
      () => true,
      () => false,
    );
    if (responses) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' });
  await expectFree([port ?? 0, appPort ?? 0, apiPort ?? 0]);
});

it('stops while a browser has an idle connection open', async () => {
  const { port, process } = await startServe({}, await temporaryFolder());
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened = openConnection(port, '127.0.0.1', () => resolve(opened)).once('error', reject);
  });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  // Seen by the server before it is asked to end.
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' });
});

it('stops in time while clients pipeline requests and read no response', async () => {
  const { port, process } = await startServe({}, await temporaryFolder());
  const request = 'GET /api/docs HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const sockets = Array.from({ length: 20 }, () => {
    const socket = openConnection(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(request.repeat(16));
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' });
});

it('closes connections past GRANTOR_MAX_CONNECTIONS as they arrive', async () => {
  const { port, process } = await startServe({ GRANTOR_MAX_CONNECTIONS: '10' }, await temporaryFolder());
  onTestFinished(async () => void (await process.stop()));
  const sockets = Array.from({ length: 11 }, () => openConnection(port, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.any(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.on('error', () => {}).once('close', () => resolve());
          socket.resume();
        }),
    ),
  );
});
