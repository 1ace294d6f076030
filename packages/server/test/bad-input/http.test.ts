import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import {
  expectErrorPage,
  expectHarmless,
  expectOAuthError,
  expectPage,
  expectProblem,
} from './support/refusals.js';
import { hangUpAfter, postForm, send, sendRaw } from './support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const withKey = () => ({ authorization: `Bearer ${server.grantor.apiKey}` });

const addresses = [
  ['/oauth2/authorize', 'GET, POST'],
  ['/auth/authorize', 'GET, POST'],
  ['/oauth2/token', 'POST'],
  ['/auth/token', 'POST'],
  ['/oauth2/userinfo', 'GET, POST'],
  ['/oauth2/revoke', 'POST'],
  ['/oauth2/logout', 'GET, POST'],
  ['/auth/logout', 'GET, POST'],
  ['/oauth2/check-session', 'GET'],
  ['/oauth2/jwks', 'GET'],
  ['/.well-known/openid-configuration', 'GET'],
  ['/.well-known/oauth-authorization-server', 'GET'],
  ['/signin', 'GET, POST'],
  ['/signin/switch', 'POST'],
  ['/signin/account', 'GET, POST'],
  ['/signout', 'GET, POST'],
  ['/consent', 'GET, POST'],
  ['/health', 'GET'],
  ['/', 'GET'],
] as const;

describe.each(addresses)('%s', (path, allow) => {
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY'].filter(
    (method) => !allow.split(', ').includes(method),
  );
  it.each(others)('responds to %s with 405 and the allowed methods (RFC 9110 §15.5.6)', async (method) => {
    const reply = await send(server.issuer, path, { method });
    expectOAuthError(reply, { error: 'invalid_request', names: allow.replace(', ', ' and '), status: 405 });
    expect(reply.headers.get('allow')).toBe(allow);
  });

  it('responds with a page to a browser', async () => {
    const reply = await send(server.issuer, path, { method: 'DELETE', headers: { accept: 'text/html' } });
    expectErrorPage(reply, { error: 'invalid_request', names: 'accepts', status: 405 });
    expect(reply.headers.get('allow')).toBe(allow);
  });
});

describe('HEAD', () => {
  it.each(addresses)('of %s responds as GET does, without a body (RFC 9110 §9.3.2)', async (path) => {
    const get = await send(server.issuer, path);
    const head = await send(server.issuer, path, { method: 'HEAD' });
    expect({ status: head.status, body: head.body }).toEqual({ status: get.status, body: '' });
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
  });
});

describe('the management API', () => {
  it.each([
    ['/api/2.0/clients', 'PATCH', 'GET, POST, DELETE'],
    ['/api/2.0/clients', 'PUT', 'GET, POST, DELETE'],
    ['/api/2.0/clients/some-id', 'POST', 'GET, PUT, PATCH, DELETE'],
  ])('responds to %s %s with 405, as a problem document', async (path, method, allow) => {
    const reply = await send(server.issuer, path, { method, headers: withKey() });
    expectProblem(reply, { status: 405, names: 'accepts' });
    expect(reply.headers.get('allow')).toBe(allow);
  });
});

describe('an unknown path', () => {
  it.each([
    ['/oauth2'],
    ['/oauth2/'],
    ['/oauth2/token/'],
    ['/oauth2/TOKEN'],
    ['//oauth2/token'],
    ['/oauth2//token'],
    ['/oauth2/token%00'],
    ['/oauth2/token;a=b'],
    ['/oauth2%2ftoken'],
    ['/%FF'],
    ['/%'],
    ['/%00'],
    ['/..%2f..%2fetc%2fpasswd'],
    ['/__proto__'],
    ['/constructor'],
    ['/.env'],
    ['/api/2.0'],
    ['/api/2.0/clients/'],
    ['/?a=b&a=%FF'.replace('/?', '/x?')],
    [`/${'a'.repeat(10_000)}`],
  ])('responds with 404: %s', async (path) => {
    for (const method of ['GET', 'POST']) {
      const reply = await send(server.issuer, path, { method });
      expectProblem(reply, { names: 'no resource at this address', status: 404 });
    }
    const page = await send(server.issuer, path, { headers: { accept: 'text/html' } });
    expectPage(page, 404);
    expect(page.body).toContain('Page not found');
    // No app made the request, so it has no error code of OAuth.
    expect(page.body).not.toContain('invalid_request');
  });

  it('dot segments stay within the server', async () => {
    for (const path of ['/oauth2/../../../etc/passwd', '/../../package.json', '/%2e%2e/%2e%2e/etc/passwd']) {
      const reply = await send(server.issuer, path);
      expectHarmless(reply);
      expect(reply.status).toBe(404);
    }
  });
});

const crlf = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;

describe('malformed HTTP', () => {
  it.each([
    ['a Host with a space', crlf('GET /health HTTP/1.1', 'Host: a b', 'Connection: close'), 400],
    ['a Host with a user name', crlf('GET /health HTTP/1.1', 'Host: a@b', 'Connection: close'), 400],
    ['a Host with a path', crlf('GET /health HTTP/1.1', 'Host: a/b', 'Connection: close'), 400],
    ['a Host that is empty', crlf('GET /health HTTP/1.1', 'Host:', 'Connection: close'), 400],
    ['a Host with NUL', crlf('GET /health HTTP/1.1', 'Host: a\0b', 'Connection: close'), 400],
    ['a Host with a port of letters', crlf('GET /health HTTP/1.1', 'Host: a:b', 'Connection: close'), 400],
    ['no Host', crlf('GET /health HTTP/1.1', 'Connection: close'), 400],
    ['no Host in HTTP/1.0', crlf('GET /health HTTP/1.0'), 400],
    [
      'two lengths',
      crlf('POST /oauth2/token HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 2'),
      400,
    ],
    [
      'a length and chunks (RFC 9112 §6.1)',
      crlf('POST /oauth2/token HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
    ],
    ['a length below zero', crlf('POST /oauth2/token HTTP/1.1', 'Host: a', 'Content-Length: -1'), 400],
    ['a length of letters', crlf('POST /oauth2/token HTTP/1.1', 'Host: a', 'Content-Length: many'), 400],
    [
      'a broken chunk',
      `${crlf('POST /oauth2/token HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')}zz\r\n`,
      400,
    ],
    ['an unknown method', crlf('FETCH /health HTTP/1.1', 'Host: a'), 400],
    ['a request target without a slash', crlf('GET health HTTP/1.1', 'Host: a', 'Connection: close'), 400],
    ['an asterisk', crlf('OPTIONS * HTTP/1.1', 'Host: a', 'Connection: close'), 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a header without a colon', crlf('GET /health HTTP/1.1', 'Host: a', 'nonsense'), 400],
    ['headers over 64 KiB', crlf('GET /health HTTP/1.1', 'Host: a', `X: ${'a'.repeat(70_000)}`), 431],
    ['a request line over 64 KiB', crlf(`GET /health?${'a'.repeat(70_000)} HTTP/1.1`, 'Host: a'), 431],
    [
      'a cookie of 60 KiB',
      crlf('GET / HTTP/1.1', 'Host: a', `Cookie: ${'a=b;'.repeat(15_000)}`, 'Connection: close'),
      200,
    ],
  ])('%s gets a response and does no harm', async (_what, text, status) => {
    const received = await sendRaw(server.issuer, text);
    expect(received.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(received).not.toMatch(/node_modules|\.js:\d|Error:/);
  });

  it('uses only the path of the request target, and no Host header', async () => {
    for (const text of [
      crlf('GET /.well-known/openid-configuration HTTP/1.1', 'Host: evil.example', 'Connection: close'),
      crlf(
        'GET http://evil.example/.well-known/openid-configuration HTTP/1.1',
        'Host: evil.example',
        'X-Forwarded-Host: evil.example',
        'Connection: close',
      ),
    ]) {
      const received = await sendRaw(server.issuer, text);
      expect(received).toContain('HTTP/1.1 200');
      expect(received).toContain(`"issuer":"${server.issuer}"`);
      expect(received).not.toContain('evil.example');
    }
  });

  const posting = ['POST /oauth2/token HTTP/1.1', 'Host: a', 'Content-Type: application/json'];
  it.each([
    ['a length', `${crlf(...posting, 'Content-Length: 100')}{"code"`],
    ['chunks', `${crlf(...posting, 'Transfer-Encoding: chunked')}5\r\n{"cod\r\n`],
  ])('does not log an interrupted body of %s as a failure of the server', async (_what, text) => {
    const refusals = vi.spyOn(server.grantor.server.log, 'refusal');
    await hangUpAfter(server.issuer, text);
    await expect.poll(() => refusals.mock.lastCall).toBeDefined();
    const [error] = refusals.mock.lastCall ?? [];
    expect(error?.status).toBe(400);
    refusals.mockRestore();
  });
});

it('ends the connection after a body that was too large, so that no next request is lost', async () => {
  const large = await postForm(server.issuer, '/oauth2/token', 'a'.repeat(500_000));
  expect(large.headers.get('connection')).toBe('close');
  expectOAuthError(await postForm(server.issuer, '/oauth2/token', ''), {
    error: 'invalid_client',
    names: 'client_id',
  });
});
