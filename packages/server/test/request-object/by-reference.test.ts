import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { type AppKey, createAppKey, unsigned } from './keys.js';

let grantor: TestServer;
let site: Server;
let origin: string;
let key: AppKey;
let app: TestApp;

/** The response of the site of the app, and its requests. */
let answer: RequestListener;
let asked: string[];
let now = Math.floor(Date.now() / 1000);

beforeAll(async () => {
  site = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  grantor = await startServer({ settings: { outboundHosts: ['127.0.0.1'] }, clock: () => now });
  key = await createAppKey('ES256');
  app = await registerApp(grantor, {
    jwks: { keys: [key.jwk] },
    request_uris: [
      `${origin}/request`,
      `${origin}/pinned#${sha256('the old one')}`,
      'http://localhost:1/private',
      ...['cached', 'aged', 'stored', 'silent', 'failing'].map((path) => `${origin}/${path}`),
    ],
  });
});
afterAll(async () => {
  await grantor.stop();
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
});
beforeEach(() => {
  asked = [];
  // A failed fetch is not repeated at once.
  now += 11;
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function serve(text: string, type = 'application/oauth-authz-req+jwt'): void {
  answer = (_, response) => response.writeHead(200, { 'content-type': type }).end(text);
}

async function ask(requestUri: string, who = app): Promise<URLSearchParams> {
  const left = await who.authorize({ request_uri: requestUri, state: 'outside' });
  return left.searchParams;
}

async function refusal(requestUri: string, who = app): Promise<string> {
  const told = await ask(requestUri, who);
  expect(told.get('code')).toBeNull();
  expect(told.get('state')).toBe('outside');
  return `${told.get('error')}: ${told.get('error_description')}`;
}

describe('a request object by reference (OpenID Connect Core 1.0 §6.2)', () => {
  it('is fetched once from its registered URI', async () => {
    serve(await key.sign({ state: 'inside' }));
    const told = await ask(`${origin}/request`);
    expect(told.get('state')).toBe('inside');
    expect(told.get('code')).not.toBeNull();
    expect(asked).toEqual(['/request']);
  });

  it('is not fetched again by the pages after it', async () => {
    const fresh = await registerApp(grantor, {
      jwks: { keys: [key.jwk] },
      request_uris: [`${origin}/request`],
    });
    serve(await key.sign({ state: 'inside' }));
    expect((await ask(`${origin}/request`, fresh)).get('state')).toBe('inside');
    expect(asked).toEqual(['/request']);
  });

  it('is not compared with the fragment, which only marks new content (§6.2)', async () => {
    serve(await key.sign({ state: 'inside' }));
    const hash = sha256('another');
    for (const uri of [`${origin}/request#${hash}`, `${origin}/pinned`, `${origin}/pinned#${hash}`]) {
      expect((await ask(uri)).get('state')).toBe('inside');
    }
    expect(asked).toEqual(['/request', '/pinned', '/pinned']); // the fragment is never sent
  });

  it('is cached while its fragment is the same (§6.2)', async () => {
    serve(await key.sign({ state: 'first' }));
    expect((await ask(`${origin}/cached#1`)).get('state')).toBe('first');
    serve(await key.sign({ state: 'second' }));
    expect((await ask(`${origin}/cached#1`)).get('state')).toBe('first');
    expect((await ask(`${origin}/cached#2`)).get('state')).toBe('second');
    expect(asked).toEqual(['/cached', '/cached']);
    now += 301;
    expect((await ask(`${origin}/cached#1`)).get('state')).toBe('second');
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['kept without a fragment where its response allows that', 'max-age=60', '/aged', 1],
    ['not kept where its response forbids it, whatever the fragment', 'no-store', '/stored#1', 2],
    ['not kept without a fragment where its response says nothing', '', '/silent', 2],
  ])('is %s (RFC 9111 §5.2.2)', async (_, control, path, calls) => {
    const text = await key.sign({ state: 'inside' });
    answer = (_request, response) => response.writeHead(200, { 'cache-control': control }).end(text);
    for (let count = 0; count < 2; count += 1) {
      expect((await ask(`${origin}${path}`)).get('state')).toBe('inside');
    }
    expect(asked).toHaveLength(calls);
  });

  it('is cached for each app separately', async () => {
    serve(await key.sign({ state: 'first' }));
    expect((await ask(`${origin}/cached#own`)).get('state')).toBe('first');
    const other = await registerApp(grantor, {
      jwks: { keys: [key.jwk] },
      request_uris: [`${origin}/cached`],
    });
    serve(await key.sign({ state: 'second', iss: other.id }));
    expect((await ask(`${origin}/cached#own`, other)).get('state')).toBe('second');
    expect(asked).toHaveLength(2);
  });

  it('is fetched once for simultaneous requests, and not again at once after a failure', async () => {
    answer = (_, response) => response.writeHead(503).end();
    const uri = `${origin}/failing`;
    const open = () => fetch(app.authorizationUrl({ request_uri: uri }), { redirect: 'manual' });
    await Promise.all([open(), open(), open()]);
    expect(await refusal(uri)).toBe("invalid_request_uri: 'request_uri' could not be fetched");
    expect(asked).toEqual(['/failing']);
    serve(await key.sign({ state: 'inside' }));
    now += 11;
    expect((await ask(uri)).get('state')).toBe('inside');
  });

  it('is fetched 30 times at once for one app, and 60 times a minute (denial of service)', async () => {
    const busy = await registerApp(grantor, {
      jwks: { keys: [key.jwk] },
      request_uris: [`${origin}/busy`],
    });
    answer = (_, response) => response.writeHead(200, { 'cache-control': 'no-store' }).end('');
    const open = () =>
      fetch(busy.authorizationUrl({ request_uri: `${origin}/busy` }), { redirect: 'manual' });
    for (let count = 0; count < 31; count += 1) await open();
    expect(asked).toHaveLength(30);
    expect(await refusal(`${origin}/busy`, busy)).toMatch(/^temporarily_unavailable: 'request_uri'/);
    now += 1;
    await open();
    await open();
    expect(asked).toHaveLength(31);
  });

  it('follows the rules for request objects by value', async () => {
    serve(unsigned({ state: 'inside' }));
    expect(await refusal(`${origin}/request`)).toMatch(/^request_uri_not_supported: Unsigned/);
    serve(await (await createAppKey('ES256')).sign({}));
    expect(await refusal(`${origin}/request`)).toMatch(/^invalid_request_object.*signature/);
    serve(await key.sign({ request_uri: `${origin}/request` }));
    expect(await refusal(`${origin}/request`)).toMatch(/^invalid_request_object.*'request_uri'/);
  });

  it.each(['nonce', 'unknown', 'claims', 'aud'])(
    'accepts or refuses any depth of nesting in %s without a failure',
    async (name) => {
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      serve(await key.signText(`{"${name}":${deep}}`));
      const told = await ask(`${origin}/request`);
      if (name !== 'unknown') expect(told.get('error')).toMatch(/^invalid_request/);
      expect(told.get('error') ?? 'none').not.toBe('server_error');
    },
  );
});

it('is verified with keys behind a jwks_uri too, which is fetched again for a new key', async () => {
  const who = await registerApp(grantor, {
    jwks_uri: `${origin}/keys`,
    request_uris: [`${origin}/request`],
  });
  const text = await key.sign({ state: 'inside' });
  answer = ({ url }, response) => response.end(url === '/keys' ? JSON.stringify({ keys: [key.jwk] }) : text);
  expect((await ask(`${origin}/request`, who)).get('state')).toBe('inside');
  expect(asked).toEqual(['/request', '/keys']);
  expect((await ask(`${origin}/request`, who)).get('state')).toBe('inside');
  expect(asked).toEqual(['/request', '/keys', '/request']);
});

describe('a URI that is not registered is never called (SSRF)', () => {
  it.each([
    ['another path', () => `${origin}/other`],
    ['a query more', () => `${origin}/request?a=b`],
    ['a longer path', () => `${origin}/request/../admin`],
    ['another spelling of the host', () => `${origin.replace('127.0.0.1', '0x7f.1')}/request`],
    ['other letters', () => `${origin}/REQUEST`],
    ['a user name', () => `${origin.replace('//', '//user@')}/request`],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data'],
    ['two fragments', () => `${origin}/other#${origin}/request`],
  ])('%s', async (_, requestUri) => {
    serve(await key.sign({}));
    expect(await refusal(requestUri())).toMatch(/^invalid_request_uri: 'request_uri' is not registered/);
    expect(asked).toEqual([]);
  });

  it('for an app without registered URIs', async () => {
    const without = await registerApp(grantor, { jwks: { keys: [key.jwk] } });
    serve(await key.sign({}));
    expect(await refusal(`${origin}/request`, without)).toMatch(/^invalid_request_uri/);
    expect(asked).toEqual([]);
  });
});

describe('a response that cannot be used', () => {
  it.each<[string, RequestListener]>([
    ['is an error', (_, response) => response.writeHead(500).end('e30')],
    ['is a redirect', (_, response) => response.writeHead(302, { location: `${origin}/elsewhere` }).end()],
    ['is too large', (_, response) => response.end('a'.repeat(70_000))],
    ['breaks off', (_, response) => response.destroy()],
  ])('%s', async (_, listener) => {
    answer = listener;
    expect(await refusal(`${origin}/request`)).toBe(
      "invalid_request_uri: 'request_uri' could not be fetched",
    );
    expect(asked).toEqual(['/request']);
  });

  it('discloses nothing about the network of the server: registered, but private', async () => {
    const told = await refusal('http://localhost:1/private');
    expect(told).toBe("invalid_request_uri: 'request_uri' could not be fetched");
  });

  it.each(['', 'null', '<html></html>', '{"state":"inside"}'])('is not a JWT: %j', async (text) => {
    serve(text, 'text/html');
    expect(await refusal(`${origin}/request`)).toMatch(/^invalid_request_object/);
  });
});
