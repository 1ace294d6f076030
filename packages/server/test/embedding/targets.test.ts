import { connect } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { startHost } from './host.js';

/** The status and the body of the response to a request target, as it is sent. */
async function sendRaw(origin: string, method: string, target: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.end(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return `${text.split(' ', 2)[1]} ${text.includes('of the application') ? 'application' : 'server'}`;
}

const targets = [
  ['GET', '/auth/health', '200 server'],
  ['GET', '/authx', '200 application'],
  ['GET', '/auth%2fsignin', '200 application'],
  ['GET', '/AUTH/signin', '200 application'],
  ['GET', '/x/../auth/signin', '200 application'],
  ['GET', '/auth/../admin', '404 server'],
  ['GET', '/auth/%2e%2e/admin', '404 server'],
  ['GET', '//auth/signin', '200 application'],
  ['GET', 'http://other.example.com/auth/health', '200 application'],
  ['GET', 'http://other.example.com/admin', '200 application'],
  ['OPTIONS', '*', '200 application'],
] as const;

it('leaves every other request target to the application, and fails for none (RFC 9112 §3.2)', async () => {
  const { origin } = await startHost((server) => {
    const application = express();
    application.use(server.listener);
    application.use((_request, response) => void response.send('of the application'));
    return application;
  });
  const found = await Promise.all(
    targets.map(async ([method, target]) => [method, target, await sendRaw(origin, method, target)]),
  );
  expect(found).toEqual(targets);
});

it('answers every request target where it has the whole server', async () => {
  const { origin } = await startHost((server) => server.listener);
  const found = await Promise.all(targets.map(([method, target]) => sendRaw(origin, method, target)));
  expect(new Set(found)).toEqual(new Set(['200 server', '400 server', '404 server']));
});
