import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWithButton } from '../../../../test/kit/browser.js';
import type { ParameterName } from '../../src/protocol/index.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { malformedForms } from './support/malformed.js';
import { expectErrorPage, expectHarmless, expectPage, expectRefusedForm } from './support/refusals.js';
import { encodeForm, postForm, type Reply, send } from './support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const path = '/oauth2/logout';

/** The same request both ways (RP-Initiated Logout 1.0 §2). */
const ways: readonly (readonly [string, (query: string) => Promise<Reply>])[] = [
  ['GET', (query) => send(server.issuer, `${path}?${query}`)],
  ['POST', (query) => postForm(server.issuer, path, query)],
];

const parameters = [
  'id_token_hint',
  'client_id',
  'post_logout_redirect_uri',
  'state',
  'logout_hint',
  'ui_locales',
] as const satisfies readonly ParameterName[];

describe.each(ways)('a logout request by %s', (_way, ask) => {
  describe.each(parameters)('is refused on a page, never by redirect, when %s is', (name) => {
    it.each(malformedForms(name))('$title', async ({ text }) => {
      expectErrorPage(await ask(text), { error: 'invalid_request', names: name });
    });
  });

  it('treats an empty parameter as one that was not sent (RFC 6749 §3.1)', async () => {
    const reply = await ask(parameters.map((name) => `${name}=`).join('&'));
    expectHarmless(reply);
    expect(reply.headers.get('location')?.startsWith('/signout?') ?? true).toBe(true);
  });

  it('ignores unknown parameters', async () => {
    const reply = await ask('foo=%FF&__proto__=x&constructor=y&foo=z');
    expect(reply.status).toBeLessThan(400);
  });
});

describe('a logout request that is refused', () => {
  const rows: readonly (readonly [string, Record<string, string>, string, string])[] = [
    ['a hint that is not a JWT', { id_token_hint: 'x' }, 'invalid_request', 'id_token_hint'],
    ['a hint of dots', { id_token_hint: '..' }, 'invalid_request', 'id_token_hint'],
    ['a hint that is a JWE', { id_token_hint: 'a.b.c.d.e' }, 'invalid_request', 'id_token_hint'],
    ['a hint that is JSON', { id_token_hint: '{"alg":"none"}' }, 'invalid_request', 'id_token_hint'],
    [
      'a hint without an algorithm',
      { id_token_hint: `${btoa('{"alg":"none"}')}.${btoa('{}')}.` },
      'invalid_request',
      'id_token_hint',
    ],
    ['a client that is unknown', { client_id: 'unknown' }, 'invalid_client', 'client_id'],
    ['a client_id that every object has', { client_id: '__proto__' }, 'invalid_client', 'client_id'],
    ['a client_id of SQL', { client_id: "' OR 1=1--" }, 'invalid_client', 'client_id'],
    [
      'an address without an app',
      { post_logout_redirect_uri: 'https://app.example.com/' },
      'invalid_request',
      'id_token_hint',
    ],
  ];
  it.each(rows)('%s: says so if no user is signed in', async (_what, request, error, names) => {
    expectErrorPage(await send(server.issuer, `${path}?${encodeForm(request)}`), { error, names });
  });

  it('an address that the app has not registered', async () => {
    const request = {
      client_id: server.app.client_id,
      post_logout_redirect_uri: 'https://app.example.com/callback',
    };
    expectErrorPage(await send(server.issuer, `${path}?${encodeForm(request)}`), {
      error: 'invalid_request',
      names: 'post_logout_redirect_uri',
    });
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', ''])(
    'a body of type "%s"',
    async (type) => {
      const reply = await send(server.issuer, path, {
        method: 'POST',
        headers: type === '' ? {} : { 'content-type': type },
        body: '{"client_id":"x"}',
      });
      expectErrorPage(reply, { error: 'invalid_request', names: 'application/x-www-form-urlencoded' });
      expectRefusedForm(reply);
    },
  );

  it('a malformed form of an app, with a message about the form', async () => {
    const reply = await postForm(server.issuer, path, 'state=a&state=b');
    expectErrorPage(reply, { error: 'invalid_request', names: 'state' });
    expectRefusedForm(reply);
  });
});

/** Signs in, and sends the form of the sign-out page with these fields changed. */
async function submit(fields: Readonly<Record<string, string>>) {
  await server.tokens(server.app);
  const page = await server.browser.open(`${server.issuer}/signout`);
  const form = formWithButton(page.html, 'sign-out');
  return server.browser.open(`${server.issuer}/signout`, {
    method: 'POST',
    body: new URLSearchParams({ ...form.fields, ...fields }),
  });
}

describe('the form of the sign-out page', () => {
  it.each<[string, Record<string, string>]>([
    ['an unknown decision', { decision: 'maybe' }],
    ['no decision', { decision: '' }],
    ['no session', { session: '' }],
    ['an unknown session', { session: 'x'.repeat(22) }],
  ])('asks again where it is sent with %s', async (_what, fields) => {
    const page = await submit(fields);
    expect({ status: page.status, asks: page.html.includes('id="sign-out"') }).toEqual({
      status: 200,
      asks: true,
    });
  });

  it.each(['', 'x', 'A'.repeat(5000), '\u0000', 'é'])(
    'signs out where the request in it is %j, and does not redirect',
    async (request) => {
      const page = await submit({ request });
      expect({ status: page.status, left: page.left }).toEqual({ status: 200, left: undefined });
      expect(page.html).toContain('You are signed out');
    },
  );

  it('ignores a malformed query', async () => {
    for (const query of ['request', 'request=%FF', 'request=a&request=b', '%', 'decision=sign-out']) {
      expectPage(await send(server.issuer, `/signout?${query}`), 200);
    }
  });
});

it('responds with the page for check_session_iframe for any query', async () => {
  for (const query of ['', '?', '?%FF', '?a=b&a=b']) {
    const reply = await send(server.issuer, `/oauth2/check-session${query}`);
    expectHarmless(reply);
    expect(reply.status).toBe(200);
  }
});
