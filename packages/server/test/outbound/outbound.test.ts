import type { RequestListener } from 'node:http';
import { connect as tcpConnect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Connection, createOutbound, type OutboundOptions } from '../../src/outbound/create-outbound.js';
import { type OutboundCaller, OutboundError } from '../../src/outbound/outbound.js';
import { startHostileServer } from './hostile-server.js';

const caller: OutboundCaller = { purpose: 'keySet', clientId: 'app' };

/** Asks the hostile server for a document, allowed by name as an operator would. */
async function ask(answer: RequestListener, options: Partial<OutboundOptions> = {}) {
  const server = await startHostileServer(answer);
  const outbound = createOutbound({ allowedHosts: [`127.0.0.1:${server.port}`], ...options });
  return { server, outbound, answer: outbound.get(`${server.origin}/document`, 'application/json', caller) };
}

/** A public name, and a network that leads every address to the hostile server. */
function publicNetwork(port: number) {
  const connections: Connection[] = [];
  return {
    connections,
    connect: (connection: Connection) => {
      connections.push(connection);
      return tcpConnect(port, '127.0.0.1');
    },
  };
}

const publicAddress = { address: '198.41.0.4', family: 4 };

/** A body with a Content-Length. */
const announced = (size: number) => ask((_, response) => response.end(Buffer.alloc(size, 'a')));

/** A body without a Content-Length. */
const streamed = (size: number) =>
  ask((_, response) => {
    response.write(Buffer.alloc(size - 1, 'a'));
    response.end('a');
  });

afterEach(() => vi.unstubAllEnvs());

describe('only URLs of the public internet are called (SSRF)', () => {
  it.each([
    ['loopback', 'https://127.0.0.1/'],
    ['loopback in hexadecimal', 'https://0x7f000001/'],
    ['loopback as one number', 'https://2130706433/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback, shortened', 'https://127.1/'],
    ['loopback in wide digits', 'https://１２７.0.0.1/'],
    ['this network', 'https://0.0.0.0/'],
    ['private', 'https://10.1.2.3/'],
    ['private', 'https://172.31.255.255/'],
    ['private', 'https://192.168.1.1/'],
    ['carrier-grade NAT', 'https://100.64.0.1/'],
    ['the metadata of clouds', 'https://169.254.169.254/latest/meta-data/'],
    ['the metadata of Alibaba Cloud', 'https://100.100.100.200/'],
    ['the host of Azure', 'https://168.63.129.16/'],
    ['documentation', 'https://192.0.2.1/'],
    ['documentation', 'https://198.51.100.1/'],
    ['documentation', 'https://203.0.113.1/'],
    ['protocol assignments', 'https://192.0.0.192/'],
    ['6to4 relays', 'https://192.88.99.1/'],
    ['benchmarks', 'https://198.19.0.1/'],
    ['multicast', 'https://224.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['IPv6 unspecified', 'https://[::]/'],
    ['IPv4-mapped loopback', 'https://[::ffff:127.0.0.1]/'],
    ['IPv4-mapped public', 'https://[::ffff:198.41.0.4]/'],
    ['IPv4-compatible', 'https://[::127.0.0.1]/'],
    ['NAT64', 'https://[64:ff9b::7f00:1]/'],
    ['local NAT64', 'https://[64:ff9b:1::7f00:1]/'],
    ['6to4', 'https://[2002:7f00:1::]/'],
    ['Teredo', 'https://[2001:0:7f00:1::]/'],
    ['unique local', 'https://[fd00:ec2::254]/'],
    ['link-local', 'https://[fe80::1]/'],
    ['IPv6 multicast', 'https://[ff02::1]/'],
    ['IPv6 documentation', 'https://[2001:db8::1]/'],
    ['new IPv6 documentation', 'https://[3fff::1]/'],
  ])('refuses %s: %s', async (_, url) => {
    const connect = vi.fn<NonNullable<OutboundOptions['connect']>>(() => {
      // A connection that is made after all fails this test at once.
      throw new Error('a connection was made');
    });
    const outbound = createOutbound({ allowedHosts: [], connect });
    await expect(outbound.get(url, '*/*', caller)).rejects.toThrow('not of the public internet');
    expect(connect).not.toHaveBeenCalled();
  });

  it.each(['198.41.0.4', '2606:4700:4700::1111'])('calls the public address %s', async (address) => {
    const server = await startHostileServer((_, response) => response.end('public'));
    const network = publicNetwork(server.port);
    const outbound = createOutbound({
      allowedHosts: [],
      lookup: async () => [{ address, family: address.includes(':') ? 6 : 4 }],
      connect: network.connect,
    });
    await expect(outbound.get('https://app.example.com/keys', '*/*', caller)).resolves.toMatchObject({
      body: 'public',
    });
    expect(network.connections).toMatchObject([{ hostname: 'app.example.com', port: 443, secure: true }]);
  });

  it.each([
    ['plain http', 'http://app.example.com/', 'not https'],
    ['another port', 'https://app.example.com:8443/', 'port other than 443'],
    ['credentials', 'https://user:secret@app.example.com/', 'credentials'],
    ['a user name', 'https://user@app.example.com/', 'credentials'],
    ['a trailing dot', 'https://app.example.com./', 'a dot'],
    ['a file', 'file:///etc/passwd', 'neither https nor http'],
    ['a data URL', 'data:application/json,{}', 'neither https nor http'],
    ['gopher', 'gopher://app.example.com/', 'neither https nor http'],
    ['no URL at all', 'app.example.com', 'not a URL'],
  ])('refuses %s without a DNS query: %s', async (_, url, why) => {
    const lookup = vi.fn<NonNullable<OutboundOptions['lookup']>>();
    const call = createOutbound({ allowedHosts: [], lookup }).get(url, '*/*', caller);
    await expect(call).rejects.toThrow(why);
    await expect(call).rejects.not.toThrow('secret');
    await expect(call).rejects.toBeInstanceOf(OutboundError);
    expect(lookup).not.toHaveBeenCalled();
  });

  it('refuses a name with one private address among public ones', async () => {
    const outbound = createOutbound({
      allowedHosts: [],
      lookup: async () => [publicAddress, { address: '10.0.0.1', family: 4 }],
    });
    const call = outbound.get('https://app.example.com/', '*/*', caller);
    await expect(call).rejects.toThrow('not of the public internet');
    await expect(call).rejects.not.toThrow('10.0.0.1');
  });

  it('connects to the checked address, also if the name changes meanwhile (DNS rebinding)', async () => {
    const server = await startHostileServer((_, response) => response.end('public'));
    const network = publicNetwork(server.port);
    const responses = [[publicAddress], [{ address: '127.0.0.1', family: 4 }]];
    const lookup = vi.fn<NonNullable<OutboundOptions['lookup']>>(async () => responses.shift() ?? []);
    const outbound = createOutbound({ allowedHosts: [], lookup, connect: network.connect });
    await outbound.get('https://rebinding.example.com/', '*/*', caller);
    expect(lookup).toHaveBeenCalledOnce();
    expect(network.connections).toMatchObject([{ addresses: [publicAddress] }]);
    await expect(outbound.get('https://rebinding.example.com/', '*/*', caller)).rejects.toThrow(
      'not of the public',
    );
    expect(network.connections).toHaveLength(1);
  });

  it('does not resolve a name a second time', async () => {
    const server = await startHostileServer((_, response) => response.end('pinned'));
    const outbound = createOutbound({
      allowedHosts: ['name.invalid'],
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const answer = await outbound.get(`http://name.invalid:${server.port}/`, '*/*', caller);
    expect(answer.body).toBe('pinned');
  });

  it('allows only the hosts that the operator names, with or without a port', async () => {
    const server = await startHostileServer((_, response) => response.end('private'));
    const get = (...allowedHosts: string[]) =>
      createOutbound({ allowedHosts }).get(`${server.origin}/`, '*/*', caller);
    await expect(get()).rejects.toThrow('not https');
    await expect(get('127.0.0.1:1')).rejects.toThrow('not https');
    await expect(get('0.0.1')).rejects.toThrow('not https');
    await expect(get('127.0.0.1')).resolves.toMatchObject({ status: 200, body: 'private' });
    await expect(get(`127.0.0.1:${server.port}`)).resolves.toMatchObject({ status: 200 });
  });

  it('ignores proxies in the environment', async () => {
    const proxy = await startHostileServer((_, response) => response.end('from the proxy'));
    for (const name of ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']) vi.stubEnv(name, proxy.origin);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const { answer } = await ask((_, response) => response.end('direct'));
    expect((await answer).body).toBe('direct');
  });

  it('refuses a self-signed certificate', async () => {
    const server = await startHostileServer((_, response) => response.end('no TLS here'));
    const outbound = createOutbound({ allowedHosts: ['127.0.0.1'] });
    await expect(outbound.get(`https://127.0.0.1:${server.port}/`, '*/*', caller)).rejects.toBeInstanceOf(
      OutboundError,
    );
    expect(server.requests).toEqual([]);
  });
});

describe('a response is used only if it is small, plain and in time', () => {
  it('returns status, headers and text', async () => {
    const { answer } = await ask((_, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"grüße":1}');
    });
    const { status, headers, body } = await answer;
    expect({ status, type: headers.get('content-type'), body }).toEqual({
      status: 404,
      type: 'application/json',
      body: '{"grüße":1}',
    });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %i redirect', async (status) => {
    const { answer, server } = await ask((request, response) => {
      if (request.url === '/document') response.writeHead(status, { location: '/elsewhere' }).end();
      else response.end('followed');
    });
    await expect(answer).rejects.toThrow('redirects are not followed');
    expect(server.requests).toEqual(['/document']);
  });

  it('does not wait for a server that never responds', async () => {
    const { answer } = await ask(() => undefined, { timeoutSeconds: 0.2 });
    await expect(answer).rejects.toThrow('took longer than 0.2 seconds');
  });

  it('does not wait for a slow body (slow loris)', async () => {
    const { answer } = await ask(
      (_, response) => {
        const dripping = setInterval(() => response.write('.'), 20);
        response.once('close', () => clearInterval(dripping));
      },
      { timeoutSeconds: 0.3 },
    );
    await expect(answer).rejects.toThrow('took longer than 0.3 seconds');
  });

  it('does not wait for slow headers (slow loris)', async () => {
    const { answer } = await ask(
      ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const dripping = setInterval(() => socket.write('x-drop: 1\r\n'), 20);
        socket.once('close', () => clearInterval(dripping));
      },
      { timeoutSeconds: 0.3 },
    );
    await expect(answer).rejects.toThrow('took longer than 0.3 seconds');
  });

  it('does not wait for a name that does not resolve', async () => {
    const outbound = createOutbound({
      allowedHosts: [],
      timeoutSeconds: 0.1,
      lookup: () => new Promise(() => undefined),
    });
    await expect(outbound.get('https://app.example.com/', '*/*', caller)).rejects.toThrow('took longer');
  });

  it('accepts 64 KiB and no byte more, with and without Content-Length', async () => {
    const limit = 64 * 1024;
    expect((await (await announced(limit)).answer).body).toHaveLength(limit);
    expect((await (await streamed(limit)).answer).body).toHaveLength(limit);
    await expect((await announced(limit + 1)).answer).rejects.toThrow('larger than 65536 bytes');
    await expect((await streamed(limit + 1)).answer).rejects.toThrow('larger than 65536 bytes');
  });

  it('disconnects from an endless body', async () => {
    const closed = Promise.withResolvers<void>();
    const { answer } = await ask((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 'a')));
      };
      response.on('drain', pour).once('close', closed.resolve);
      pour();
    });
    await expect(answer).rejects.toThrow('larger than 65536 bytes');
    await closed.promise;
  });

  it.each([
    ['a redirect', 302, {}],
    ['an answer that is compressed', 200, { 'content-encoding': 'gzip' }],
    ['an answer that announces too much', 200, { 'content-length': '65537' }],
  ])('disconnects from %s without its body', async (_, status, headers) => {
    const closed = Promise.withResolvers<void>();
    const { answer } = await ask((_request, response) => {
      response.once('close', closed.resolve);
      response.writeHead(status, headers).write('a');
    });
    await expect(answer).rejects.toThrow();
    await closed.promise;
  });

  it('requests no compression and refuses it (decompression bomb)', async () => {
    let asked: unknown;
    const { answer } = await ask(({ headers }, response) => {
      asked = headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000)));
    });
    await expect(answer).rejects.toThrow('compressed');
    expect(asked).toBeUndefined();
  });

  it('refuses a response that is not UTF-8', async () => {
    const { answer } = await ask((_, response) => response.end(Buffer.from([0x7b, 0xff, 0xfe])));
    await expect(answer).rejects.toThrow('not UTF-8');
  });

  it('refuses an incomplete response', async () => {
    const { answer } = await ask((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    await expect(answer).rejects.toBeInstanceOf(OutboundError);
  });

  it('refuses a part of a body if the timeout comes before the connection ends (RFC 9112 §8)', async () => {
    const { answer } = await ask(
      ({ socket }) => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"keys":[]}'),
      { timeoutSeconds: 0.3 },
    );
    await expect(answer).rejects.toThrow('took longer than 0.3 seconds');
  });

  it('refuses a part of a body if its connection is reset (RFC 9112 §8)', async () => {
    const { answer } = await ask(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"keys":[]}', () =>
        setTimeout(() => socket.resetAndDestroy(), 100),
      );
    });
    await expect(answer).rejects.toBeInstanceOf(OutboundError);
  });

  it('accepts a body that ends with its connection', async () => {
    const { answer } = await ask(({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"keys":[]}');
    });
    expect((await answer).body).toBe('{"keys":[]}');
  });

  it('refuses a change of the protocol', async () => {
    const { answer } = await ask(({ socket }) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    });
    await expect(answer).rejects.toBeInstanceOf(OutboundError);
  });

  it('sends a body with its type and its length, and no other headers', async () => {
    const received = Promise.withResolvers<unknown>();
    const server = await startHostileServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        const { host: _, ...headers } = request.headers;
        received.resolve({ body, headers });
        response.writeHead(204, { 'set-cookie': 'a=b' }).end();
      });
    });
    const outbound = createOutbound({ allowedHosts: ['127.0.0.1'] });
    const url = `${server.origin}/logout?client=1`;
    await outbound.post(url, 'logout_token=ä', 'application/x-www-form-urlencoded', {
      purpose: 'logout',
      clientId: 'app',
    });
    expect(server.requests).toEqual(['/logout?client=1']);
    expect(await received.promise).toEqual({
      body: 'logout_token=ä',
      headers: {
        'user-agent': 'Grantor',
        connection: 'close',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': '15',
      },
    });
  });
});
