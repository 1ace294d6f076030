import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json } from '../../src/endpoints/endpoint.js';
import { readProtocolRequest } from '../../src/endpoints/protocol-request.js';
import { selfSigned, signed } from '../outbound/certificates.js';
import { oneEndpointApp } from './one-endpoint-app.js';

const ISSUER = 'https://login.example.com/auth';

/** A server over TLS whose one endpoint responds with the request as the protocol sees it. */
async function serve() {
  const app = await oneEndpointApp(ISSUER, {
    methods: ['GET', 'POST'],
    paths: ['/oauth2/token'],
    refusals: 'json',
    endpoint: (incoming) => {
      const { method, url, parameters, address, clientCertificate } = readProtocolRequest(incoming);
      const certificate = clientCertificate?.fingerprint256;
      return json(200, { method, url, parameters, address, certificate });
    },
  });
  const listener = getRequestListener(app.fetch);
  const server = createServer(
    { ...signed, requestCert: true, rejectUnauthorized: false },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

describe('a request as the protocol sees it', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server.close());

  async function send(
    path: string,
    {
      method = 'GET',
      body = '',
      ...options
    }: { method?: string; body?: string; key?: string; cert?: string },
  ): Promise<unknown> {
    const sent = request({
      ...options,
      method,
      path,
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      agent: false,
      rejectUnauthorized: false,
      headers: { host: 'attacker.example', 'content-type': 'application/x-www-form-urlencoded' },
    });
    const [response] = (await once(sent.end(body), 'response')) as [Parameters<typeof text>[0]];
    return JSON.parse(await text(response));
  }

  it('has the URL of the issuer, with any Host header', async () => {
    expect(await send('/auth/oauth2/token?a=b%20c&d', {})).toMatchObject({
      method: 'GET',
      url: 'https://login.example.com/auth/oauth2/token?a=b%20c&d',
      parameters: {},
    });
  });

  it('has the parameters of the body, and the address of the client', async () => {
    expect(
      await send('/auth/oauth2/token?code=in-the-query', { method: 'POST', body: 'grant_type=x&y=z' }),
    ).toMatchObject({ method: 'POST', parameters: { grant_type: 'x' }, address: '127.0.0.1' });
  });

  it('has the client certificate of the TLS connection, if there is one', async () => {
    const { fingerprint256 } = new X509Certificate(selfSigned.cert);
    expect(await send('/auth/oauth2/token', selfSigned)).toHaveProperty('certificate', fingerprint256);
    expect(await send('/auth/oauth2/token', {})).not.toHaveProperty('certificate');
  });
});
