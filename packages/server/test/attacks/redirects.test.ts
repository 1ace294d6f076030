import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { type AttackedServer, startAttackedServer } from '../bad-input/support/attacked-server.js';
import { expectErrorPage, expectErrorRedirect } from '../bad-input/support/refusals.js';
import { authorizationPath, authorizationRequest, pkce, redirectUri } from '../bad-input/support/requests.js';
import { encodeForm, send } from '../bad-input/support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const addressOf = (changes?: Readonly<Record<string, string>>) => authorizationPath(server.app, changes);
const isRefused = (uri: string) => async () => {
  // Signed in and allowed already: the one case in which a code would leave at once.
  await server.code(server.app);
  const page = await server.browser.open(server.issuer + addressOf({ redirect_uri: uri }));
  expect(page.left).toBeUndefined();
  expect(page.status).toBe(400);
};

describe('a code or an error cannot be redirected elsewhere', () => {
  it(
    'by "..;" and other path traversal (CVE-2026-3872)',
    isRefused('https://app.example.com/callback/..;/open'),
  );
  it('by a user name before the host (CVE-2026-28512)', isRefused('https://app.example.com@evil.example/'));
  it(
    'by a dot that stands for any character (CVE-2024-52289)',
    isRefused('https://appxexample.com/callback'),
  );
  it(
    'by a URI that only begins like the registered one (CVE-2026-41569)',
    isRefused(`${redirectUri}.evil.example`),
  );
  it('by a host that ends like the registered one', isRefused('https://evilapp.example.com/callback'));
  it('by a script (CVE-2024-21637)', isRefused('javascript:alert(document.domain)'));
  it(
    'by a response that is preloaded into the URI (CVE-2026-9689)',
    isRefused(`${redirectUri}?code=stolen&state=a`),
  );

  it('by registering first and hoping for the first URI to win (CVE-2024-52289)', async () => {
    const app = await server.grantor.register({
      redirectUris: [redirectUri, 'https://app.example.com/other'],
    });
    const reply = await send(
      server.issuer,
      addressOf({ client_id: app.client_id, redirect_uri: 'https://app.example.com/others' }),
    );
    expectErrorPage(reply, { error: 'invalid_request', names: 'redirect_uri' });
  });

  it('by a wildcard for localhost (CVE-2024-8883)', async () => {
    const app = await server.grantor.register({ redirectUris: ['http://127.0.0.1/callback'] });
    for (const uri of [
      'http://127.0.0.1.evil.example/callback',
      'http://127.0.0.1:80@evil.example/callback',
    ]) {
      const reply = await send(server.issuer, addressOf({ client_id: app.client_id, redirect_uri: uri }));
      expectErrorPage(reply, { error: 'invalid_request', names: 'redirect_uri' });
    }
  });

  it('by an error that is sent before the URI was checked: open redirect (CVE-2024-25715)', async () => {
    for (const changes of [
      { scope: '"' },
      { response_type: 'token' },
      { prompt: 'none' },
      { request: 'eyJ' },
      { response_mode: 'fragment' },
    ]) {
      const reply = await send(
        server.issuer,
        addressOf({ ...changes, redirect_uri: 'https://evil.example/' }),
      );
      expectErrorPage(reply, { error: 'invalid_request', names: 'redirect_uri' });
    }
  });

  it('by another target after sign-in: open redirect', async () => {
    const browser = new HttpBrowser();
    const hints = 'next=https://evil.example/&return_to=//evil.example&redirect_uri=https://evil.example/';
    const page = await browser.open(`${server.issuer}/signin?${hints}`);
    const after = await browser.signIn(page, server.grantor.user);
    expect(after.left).toBeUndefined();
    expect(after.url).toBe(`${server.issuer}/account`);
  });

  it('by a header that is injected through state (CWE-113)', async () => {
    const { code_challenge: _, ...bare } = pkce;
    const query = encodeForm(
      { ...authorizationRequest(server.app), ...bare },
      { state: encodeURIComponent('a\u2028b%0d%0aX-Injected: yes') },
    );
    const reply = await send(server.issuer, `/oauth2/authorize?${query}`);
    expect(reply.headers.has('x-injected')).toBe(false);
    expectErrorRedirect(
      reply,
      { error: 'invalid_request', names: "'code_challenge_method'" },
      { redirectUri, issuer: server.issuer, state: 'a\u2028b%0d%0aX-Injected: yes' },
    );
  });
});

describe('an app that talks to several servers', () => {
  it('learns the issuer of a successful response from iss: mix-up (RFC 9207 §2)', async () => {
    await server.code(server.app);
    const { left } = await server.browser.open(server.issuer + addressOf());
    expect(left?.searchParams.getAll('iss')).toEqual([server.issuer]);
    expect(left?.searchParams.getAll('state')).toEqual(['the state']);
  });

  it('learns the issuer of an error response from iss: mix-up (RFC 9207 §2)', async () => {
    const reply = await send(server.issuer, addressOf({ prompt: 'none' }));
    expectErrorRedirect(
      reply,
      { error: 'login_required', names: 'sign in' },
      { redirectUri, issuer: server.issuer, state: 'the state' },
    );
  });

  it('learns from discovery that every response has iss (RFC 9207 §3)', async () => {
    const metadata = await fetch(`${server.issuer}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({
      issuer: server.issuer,
      authorization_response_iss_parameter_supported: true,
    });
  });
});

describe('a redirect', () => {
  it('does not send the password: after a form it is 303, never 307 (RFC 9700 §4.12)', async () => {
    const browser = new HttpBrowser();
    const page = await browser.open(server.issuer + addressOf());
    const { username, password } = server.grantor.user;
    const form = new URLSearchParams({ ...fieldsOf(page.html), username, password });
    const reply = await browser.request(`${server.issuer}/signin`, { method: 'POST', body: form });
    expect(reply.status).toBe(303);
  });

  it('does not send the URL of the page, which has the request (RFC 9700 §4.2.4)', async () => {
    await server.code(server.app);
    const reply = await server.browser.request(server.issuer + addressOf());
    expect(reply.headers.get('location')).toContain('code=');
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
  });
});

function fieldsOf(html: string): Record<string, string> {
  return Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
      name ?? '',
      value ?? '',
    ]),
  );
}
