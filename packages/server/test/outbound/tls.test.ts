import type { AddressInfo } from 'node:net';
import { createServer, getCACertificates, type Server, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound } from '../../src/outbound/create-outbound.js';
import { OutboundError } from '../../src/outbound/outbound.js';
import { authority, selfSigned, signed } from './certificates.js';

const RESPONSE = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nkeys';

const trusted = getCACertificates('default');
const servers: Server[] = [];

beforeAll(() => setDefaultCACertificates([...trusted, authority]));
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A TLS server on a free port that records the requests it could read. */
async function startTlsServer(certificate: { readonly key: string; readonly cert: string }) {
  const requests: string[] = [];
  const server = createServer(certificate, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (request) => {
      requests.push(String(request));
      socket.end(RESPONSE);
    });
  });
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, requests };
}

/** Calls a host that the operator allowed: the rules of certificates hold for it too. */
function call(hostname: string, port: number) {
  const outbound = createOutbound({
    allowedHosts: [hostname],
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  return outbound.get(`https://${hostname}:${port}/keys`, '*/*', { purpose: 'keySet', clientId: 'app' });
}

describe('an https URL is called only if the certificate is valid for the host (RFC 9110 §4.3.4)', () => {
  it('accepts a certificate of a trusted authority for the name', async () => {
    const { port } = await startTlsServer(signed);
    await expect(call('app.example.com', port)).resolves.toMatchObject({ status: 200, body: 'keys' });
  });

  it('refuses a certificate of a trusted authority for another name, and sends nothing', async () => {
    const { port, requests } = await startTlsServer(signed);
    const refused = call('other.example.com', port);
    await expect(refused).rejects.toThrow("does not match certificate's altnames");
    await expect(refused).rejects.toBeInstanceOf(OutboundError);
    expect(requests).toEqual([]);
  });

  it('refuses a self-signed certificate, and sends nothing', async () => {
    const { port, requests } = await startTlsServer(selfSigned);
    const refused = call('app.example.com', port);
    await expect(refused).rejects.toThrow('self-signed certificate');
    await expect(refused).rejects.toBeInstanceOf(OutboundError);
    expect(requests).toEqual([]);
  });
});
