import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectErrorPage, expectProblem } from './support/refusals.js';
import { authorizationRequest, type Client, redirectUri } from './support/requests.js';
import { encodeForm, postJson, send } from './support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const ask = (client: Client, uri: string) =>
  send(
    server.issuer,
    `/oauth2/authorize?${encodeForm({ ...authorizationRequest(client), redirect_uri: uri, code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' })}`,
  );

describe('a redirect_uri that is not the registered one, character for character (RFC 9700 §4.1.3)', () => {
  it.each([
    ['another host', 'https://evil.example/callback'],
    ['the host as a user name', 'https://app.example.com@evil.example/callback'],
    ['a user name', 'https://ada@app.example.com/callback'],
    ['a user name and a password', 'https://ada:secret@app.example.com/callback'],
    ['an empty user name', 'https://@app.example.com/callback'],
    ['a subdomain', 'https://evil.app.example.com/callback'],
    ['a suffix to the host', 'https://app.example.com.evil.example/callback'],
    ['any character where the host has a dot', 'https://appxexample.com/callback'],
    ['a homograph of the host', 'https://аpp.example.com/callback'],
    ['the host with a trailing dot', 'https://app.example.com./callback'],
    ['the host in capitals', 'https://APP.example.com/callback'],
    ['the scheme in capitals', 'HTTPS://app.example.com/callback'],
    ['the scheme in mixed case', 'hTTps://app.example.com/callback'],
    ['plain http', 'http://app.example.com/callback'],
    ['a port', 'https://app.example.com:8443/callback'],
    ['the default port', 'https://app.example.com:443/callback'],
    ['no scheme', '//app.example.com/callback'],
    ['a path alone', '/callback'],
    ['a fragment', 'https://app.example.com/callback#a'],
    ['an empty fragment', 'https://app.example.com/callback#'],
    ['a query', 'https://app.example.com/callback?a=b'],
    ['an empty query', 'https://app.example.com/callback?'],
    ['a preloaded code', 'https://app.example.com/callback?code=stolen'],
    ['a preloaded state', 'https://app.example.com/callback?state=stolen'],
    ['a preloaded iss', 'https://app.example.com/callback?iss=https://evil.example'],
    ['a trailing slash', 'https://app.example.com/callback/'],
    ['two slashes', 'https://app.example.com//callback'],
    ['a prefix', 'https://app.example.com/call'],
    ['a suffix', 'https://app.example.com/callback2'],
    ['the path in capitals', 'https://app.example.com/Callback'],
    ['a path below', 'https://app.example.com/callback/open?to=evil'],
    ['dot segments', 'https://app.example.com/callback/../open'],
    ['dot segments that come out the same', 'https://app.example.com/a/../callback'],
    ['encoded dot segments', 'https://app.example.com/callback/%2e%2e/open'],
    ['encoded dots and slash', 'https://app.example.com/callback/%2e%2e%2fopen'],
    ['doubly encoded dots', 'https://app.example.com/callback/%252e%252e/open'],
    ['dot segments with a path parameter', 'https://app.example.com/callback/..;/open'],
    ['dot segments behind a path parameter', 'https://app.example.com/callback;a=b/..;/../open'],
    ['a character encoded', 'https://app.example.com/%63allback'],
    ['a backslash', 'https://app.example.com\\@evil.example/callback'],
    ['backslashes for slashes', 'https:\\\\app.example.com\\callback'],
    ['a leading space', ' https://app.example.com/callback'],
    ['a trailing space', 'https://app.example.com/callback '],
    ['a comma and another', 'https://app.example.com/callback,https://evil.example/'],
    ['a wildcard', 'https://*.example.com/callback'],
    ['a script', 'javascript:alert(1)'],
    ['a script in mixed case', 'jAvAsCrIpT:alert(1)'],
    ['a script that looks like the URI', 'javascript://app.example.com/callback%0aalert(1)'],
    ['data', 'data:text/html,<script>alert(1)</script>'],
    ['a file', 'file:///etc/passwd'],
    ['a blob', 'blob:https://app.example.com/callback'],
    ['view-source', 'view-source:https://app.example.com/callback'],
    ['an origin', 'https://app.example.com'],
    ['null', 'null'],
  ])('is shown on a page without a redirect: %s', async (_what, uri) => {
    expectErrorPage(await ask(server.app, uri), { error: 'invalid_request', names: 'redirect_uri' });
  });

  it.each([
    ['the wrong one in the request and an error beside it', { response_type: 'nonsense' }],
    ['the wrong one and prompt=none', { prompt: 'none' }],
    ['the wrong one and a request object', { request: 'eyJ' }],
    ['the wrong one and a broken state', { state: '\u0000' }],
  ])('is refused before any other error is redirected: %s', async (_what, changes) => {
    const query = encodeForm({
      ...authorizationRequest(server.app),
      ...changes,
      redirect_uri: 'https://evil.example/',
    });
    expectErrorPage(await send(server.issuer, `/oauth2/authorize?${query}`), {
      error: 'invalid_request',
      names: 'redirect_uri',
    });
  });
});

describe('a loopback redirect_uri of a native app (RFC 8252 §7.3)', () => {
  let native: Client;
  beforeAll(async () => {
    native = await server.grantor.register({
      redirectUris: [
        'http://127.0.0.1/callback',
        'http://[::1]:8000/callback',
        'http://localhost:4200/callback',
      ],
      token_endpoint_auth_method: 'none',
    });
  });

  it.each([
    ['http://127.0.0.1/callback'],
    ['http://127.0.0.1:49152/callback'],
    ['http://[::1]/callback'],
    ['http://[::1]:49152/callback'],
    ['http://localhost:4200/callback'],
  ])('may be %s', async (uri) => {
    const reply = await ask(native, uri);
    expect(reply.status).toBe(303);
    expect(reply.headers.get('location')).toMatch(/^\/signin\?ticket=/);
  });

  it.each([
    ['a name, which has no free port', 'http://localhost:49152/callback'],
    ['the name for the address', 'http://localhost/callback'],
    ['another address of this machine', 'http://127.0.0.2:49152/callback'],
    ['the address in another notation', 'http://127.1:49152/callback'],
    ['the address as a number', 'http://2130706433:49152/callback'],
    ['https', 'https://127.0.0.1:49152/callback'],
    ['another path', 'http://127.0.0.1:49152/other'],
    ['a query', 'http://127.0.0.1:49152/callback?a=b'],
    ['a fragment', 'http://127.0.0.1:49152/callback#a'],
    ['a user name', 'http://127.0.0.1:49152@evil.example/callback'],
    ['a host that begins alike', 'http://127.0.0.1.evil.example/callback'],
    ['a port that is none', 'http://127.0.0.1:65536/callback'],
    ['a port of letters', 'http://127.0.0.1:http/callback'],
  ])('may not have %s', async (_what, uri) => {
    expectErrorPage(await ask(native, uri), { error: 'invalid_request', names: 'redirect_uri' });
  });
});

const register = (uri: unknown) =>
  postJson(
    server.issuer,
    '/api/2.0/clients',
    JSON.stringify({ name: 'An app', redirectUris: [redirectUri, uri] }),
    {
      authorization: `Bearer ${server.grantor.apiKey}`,
    },
  );

describe('a redirect URI in a registration', () => {
  it.each([
    ['a fragment (RFC 6749 §3.1.2)', 'https://app.example.com/#a', 'fragment'],
    ['an empty fragment', 'https://app.example.com/#', 'fragment'],
    ['a user name', 'https://ada@app.example.com/', 'user name'],
    ['an empty user name', 'https://@app.example.com/', 'user name'],
    ['dot segments', 'https://app.example.com/a/../b', 'path segments'],
    ['encoded dot segments', 'https://app.example.com/a/%2E%2e/b', 'path segments'],
    ['an encoded slash behind dots', 'https://app.example.com/a/..%2fb', 'path segments'],
    ['a path parameter behind dots', 'https://app.example.com/a/..;x/b', 'path segments'],
    ['a wildcard host', 'https://*.example.com/', 'wildcard'],
    ['a preset code', 'https://app.example.com/?code=a', 'code'],
    ['a preset code, encoded', 'https://app.example.com/?%63ode=a', 'code'],
    ['a preset state', 'https://app.example.com/?x=y&state=a', 'state'],
    ['a preset iss', 'https://app.example.com/?iss=a', 'iss'],
    ['a preset error', 'https://app.example.com/?error=a', 'error'],
    ['plain http', 'http://app.example.com/', 'https'],
    ['a script', 'javascript:alert(1)', 'scheme'],
    ['a script with a host', 'javascript://app.example.com/%0aalert(1)', 'scheme'],
    ['data', 'data:text/html,a', 'scheme'],
    ['a file', 'file:///etc/passwd', 'scheme'],
    ['a scheme in capitals', 'HTTPS://app.example.com/', 'lower case'],
    ['a script in mixed case', 'JavaScript:alert(1)', 'lower case'],
    ['a backslash', 'https://app.example.com\\callback', 'characters'],
    ['a space', 'https://app.example.com/a b', 'characters'],
    ['a line feed', 'https://app.example.com/\n', 'characters'],
    ['NUL', 'https://app.example.com/\u0000', 'characters'],
    ['half a character', 'https://app.example.com/\ud800', 'characters'],
    ['letters beyond ASCII', 'https://аpp.example.com/', 'characters'],
    ['no host', 'https:///callback', 'host'],
    ['one slash', 'https:/app.example.com/callback', 'host'],
    ['no scheme', '//app.example.com/callback', 'absolute'],
    ['nothing', '', 'absolute'],
    ['too much', `https://app.example.com/${'a'.repeat(2048)}`, '2048'],
    ['what is in the list already', redirectUri, 'twice'],
    ['a semicolon in its host, which would end a policy', 'https://app.example.com;script-src/', 'host'],
    ['a number', 1, 'expected string'],
    ['null', null, 'expected string'],
    ['a list', [redirectUri], 'expected string'],
    ['an object', { uri: redirectUri }, 'expected string'],
  ])('may not have %s', async (_what, uri, names) => {
    const reply = await register(uri);
    expectProblem(reply, { status: 400, names });
    expect(JSON.parse(reply.body)).toMatchObject({
      errors: [{ field: expect.stringMatching(/^redirect_uris/) }],
    });
  });

  it.each([
    ['com.example.app:/callback'],
    ['cursor://anysphere.cursor-mcp/callback'],
    ['http://localhost:4200/callback'],
    ['https://app.example.com/callback?tenant=1'],
  ])('may be %s', async (uri) => {
    expect((await register(uri)).status).toBe(201);
  });
});
