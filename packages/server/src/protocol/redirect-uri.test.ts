import { describe, expect, it } from 'vitest';
import {
  addToRedirectUri,
  isClaimedHttpsUri,
  matchesRedirectUri,
  redirectUriHost,
  redirectUriProblem,
} from './index.js';

describe('a redirect URI to be registered', () => {
  it.each([
    ['https://app.example.com'],
    ['https://app.example.com/callback'],
    ['https://app.example.com:8443/callback?tenant=1&x=%2F'],
    ['https://APP.example.com/callback'],
    ['https://xn--pp-8ia.example.com/callback'],
    ['https://192.0.2.1/callback'],
    ['https://[2001:db8::1]/callback'],
    ['https://app.example.com/a..b/...'],
    ['https://app.example.com/@user'],
    ['https://app.example.com/?next=a@b'],
    ['http://localhost/callback'],
    ['http://localhost:4200/callback'],
    ['http://127.0.0.1/callback'],
    ['http://127.0.0.1:49152/callback'],
    ['http://[::1]/callback'],
    ['com.example.app:/callback'],
    ['com.example.app://callback'],
    ['cursor://anysphere.cursor-mcp/oauth/callback'],
    ['vscode://publisher.extension/callback'],
  ])('may be %s', (uri) => {
    expect(redirectUriProblem(uri)).toBeUndefined();
  });

  it.each([
    ['', 'absolute'],
    ['/callback', 'absolute'],
    ['//app.example.com', 'absolute'],
    ['https://', 'absolute'],
    ['https:app.example.com', 'host'],
    ['https:/app.example.com', 'host'],
    ['https:///app.example.com', 'host'],
    ['https://app.example.com#', 'fragment'],
    ['https://app.example.com/#/callback', 'fragment'],
    ['com.example.app:/callback#a', 'fragment'],
    ['https://ada@app.example.com', 'user name'],
    ['https://ada:pw@app.example.com', 'user name'],
    ['https://@app.example.com', 'user name'],
    ['https://app.example.com@evil.example', 'user name'],
    ['https://*.example.com', 'wildcard'],
    ['https://app.example.com;x/', 'host'],
    ["https://app.example.com'/", 'host'],
    ['https://app.example.com,evil.example/', 'host'],
    ['https://app.example.com/.', 'path segments'],
    ['https://app.example.com/a/./b', 'path segments'],
    ['https://app.example.com/a/../b', 'path segments'],
    ['https://app.example.com/a/..', 'path segments'],
    ['https://app.example.com/a/..;/b', 'path segments'],
    ['https://app.example.com/a/..;x=y/b', 'path segments'],
    ['https://app.example.com/a/%2e%2e/b', 'path segments'],
    ['https://app.example.com/a/.%2E/b', 'path segments'],
    ['https://app.example.com/a/..%2fb', 'path segments'],
    ['https://app.example.com/a/%2e%2e%5cb', 'path segments'],
    ['com.example.app:/a/../b', 'path segments'],
    ['https://app.example.com/?code=a', "'code'"],
    ['https://app.example.com/?a=b&%73tate=a', "'state'"],
    ['https://app.example.com/?iss', "'iss'"],
    ['https://app.example.com/?id_token=', "'id_token'"],
    ['com.example.app:/?code=a', "'code'"],
    ['http://app.example.com', 'https'],
    ['http://localhost.example.com', 'https'],
    ['http://127.0.0.1.example.com', 'https'],
    ['http://10.0.0.1', 'https'],
    ['HTTPS://app.example.com', 'lower case'],
    ['Com.Example.App:/callback', 'lower case'],
    ['javascript:alert(1)', 'scheme'],
    ['javascript://app.example.com/', 'scheme'],
    ['data:text/html,a', 'scheme'],
    ['blob:https://app.example.com/a', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['ftp://app.example.com', 'scheme'],
    ['ws://app.example.com', 'scheme'],
    ['mailto:ada@example.com', 'scheme'],
    ['app:/callback', 'scheme'],
    ['urn:ietf:wg:oauth:2.0:oob', 'scheme'],
    ['https://app.example.com/a b', 'characters'],
    [' https://app.example.com', 'characters'],
    ['https://app.example.com/\t', 'characters'],
    ['https://app.example.com/\r\nX: y', 'characters'],
    ['java\nscript:alert(1)', 'characters'],
    ['https://app.example.com/\u0000', 'characters'],
    ['https://app.example.com\\@evil.example', 'characters'],
    ['https://app.example.com/"', 'characters'],
    ['https://app.example.com/<b>', 'characters'],
    ['https://app.example.com/{id}', 'characters'],
    ['https://é.example.com', 'characters'],
    ['https://app。example.com', 'characters'],
    ['https://app.example.com/\ud800', 'characters'],
    [`https://app.example.com/${'a'.repeat(2048)}`, '2048'],
  ])('may not be %j', (uri, names) => {
    expect(redirectUriProblem(uri)).toContain(names);
    // It is shown to whoever sent it, and logged.
    if (uri.length > 12) expect(redirectUriProblem(uri)).not.toContain(uri);
  });
});

describe('a requested redirect URI', () => {
  const registered = ['https://app.example.com/callback', 'http://127.0.0.1/cb?x=1', 'http://[::1]:9000/cb'];

  it.each([
    ['https://app.example.com/callback'],
    ['http://127.0.0.1/cb?x=1'],
    ['http://127.0.0.1:1/cb?x=1'],
    ['http://127.0.0.1:65535/cb?x=1'],
    ['http://[::1]/cb'],
    ['http://[::1]:1234/cb'],
  ])('matches: %s', (uri) => {
    expect(matchesRedirectUri(uri, registered)).toBe(true);
  });

  it.each([
    ['https://app.example.com/callback/'],
    ['https://app.example.com/Callback'],
    ['https://app.example.com:443/callback'],
    ['https://app.example.com/callback#'],
    ['https://app.example.com/x/../callback'],
    ['http://127.0.0.1:65536/cb?x=1'],
    ['http://127.0.0.1:/cb?x=1'],
    ['http://127.0.0.1:1/cb'],
    ['http://127.0.0.1:1/cb?x=1#'],
    ['http://127.0.0.1:1/cb?x=1&y=2'],
    ['http://127.0.0.1:1@evil.example/cb?x=1'],
    ['http://127.0.0.1.evil.example/cb?x=1'],
    ['http://127.1:1/cb?x=1'],
    ['http://localhost:1/cb?x=1'],
    ['http://[::1]:1/cb/'],
    ['http://[0:0:0:0:0:0:0:1]:1/cb'],
    ['https://127.0.0.1:1/cb?x=1'],
    ['HTTP://127.0.0.1:1/cb?x=1'],
    [''],
  ])('does not match: %s', (uri) => {
    expect(matchesRedirectUri(uri, registered)).toBe(false);
  });

  it('matches nothing if no URI is registered', () => {
    expect(matchesRedirectUri('http://127.0.0.1/', [])).toBe(false);
  });

  it('may use any port on a loopback address, but not on a name (RFC 8252 §7.3, §8.3)', () => {
    expect(matchesRedirectUri('http://localhost:1234/cb', ['http://localhost/cb'])).toBe(false);
    expect(matchesRedirectUri('http://127.0.0.1:1234', ['http://127.0.0.1'])).toBe(true);
  });
});

describe('what is added to a redirect URI', () => {
  it.each([
    ['https://a.example', 'query', 'https://a.example?code=1%26%20%2B%23'],
    ['https://a.example/', 'query', 'https://a.example/?code=1%26%20%2B%23'],
    ['https://a.example/?x=y', 'query', 'https://a.example/?x=y&code=1%26%20%2B%23'],
    ['https://a.example/?', 'query', 'https://a.example/?code=1%26%20%2B%23'],
    ['https://a.example/?x=y&', 'query', 'https://a.example/?x=y&code=1%26%20%2B%23'],
    ['https://a.example/?x=y', 'fragment', 'https://a.example/?x=y#code=1%26%20%2B%23'],
    ['com.example.app:/cb', 'query', 'com.example.app:/cb?code=1%26%20%2B%23'],
  ] as const)('%s in the %s: %s', (uri, part, expected) => {
    expect(addToRedirectUri(uri, { code: '1& +#', state: undefined }, part)).toBe(expected);
  });

  it('keeps each value separate, whatever it contains', () => {
    const state = 'a&code=b#c=d%0d%0aLocation: x\u2028☃';
    const url = new URL(addToRedirectUri('https://a.example/', { code: '1', state }, 'query'));
    expect([...url.searchParams]).toEqual([
      ['code', '1'],
      ['state', state],
    ]);
    expect(url.hash).toBe('');
  });
});

it.each([
  ['https://app.example.com:8443/callback', 'app.example.com:8443'],
  ['http://localhost:4200/', 'localhost:4200'],
  ['com.example.app:/callback', 'com.example.app'],
  ['not a URI', 'not a URI'],
])('the host on the consent page for %s is %s', (uri, host) => {
  expect(redirectUriHost(uri)).toBe(host);
});

describe('a redirect URI that proves which native app it is (RFC 8252 §7.2)', () => {
  it.each([
    ['https://app.example.com/callback', true],
    ['http://app.example.com/callback', false],
    ['com.example.app:/callback', false],
    ['https://localhost/callback', false],
    ['https://app.localhost./callback', false],
    ['https://127.0.0.1/callback', false],
    ['no URI', false],
  ])('%s: %s', (uri, isClaimed) => {
    expect(isClaimedHttpsUri(uri)).toBe(isClaimed);
  });
});
