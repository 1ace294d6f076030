import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectOAuthError, type Refusal } from './support/refusals.js';
import { redirectUri } from './support/requests.js';
import { encodeForm, postForm, postJson } from './support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const basic = (text: string | Uint8Array) => `Basic ${Buffer.from(text).toString('base64')}`;
const malformed: Refusal = { error: 'invalid_client', names: 'Authorization header' };
const wrong: Refusal = { error: 'invalid_client', names: 'credentials' };

describe.each([['/oauth2/token'], ['/oauth2/revoke'], ['/oauth2/introspect']])('an app at %s', (path) => {
  const refresh = { grant_type: 'refresh_token', refresh_token: 'unknown', token: 'unknown' };
  const post = (headers: Record<string, string>, parameters: Record<string, string> = {}) =>
    postForm(server.issuer, path, encodeForm({ ...refresh, ...parameters }), headers);

  it.each([
    ['nothing', 'Basic'],
    ['nothing but a space', 'Basic '],
    ['no base64', 'Basic !!!!'],
    ['base64 with a space in it', 'Basic YTpi YTpi'],
    ['base64 with too much padding', 'Basic YTpi==='],
    ['base64 cut short', 'Basic YTpiY'],
    ['base64url in place of base64', 'Basic Pz8_Pz8-'],
    ['base64 with bits left over', 'Basic YTp='],
    ['no colon', basic('a')],
    ['no client_id', basic(':secret')],
    ['bytes that are not UTF-8', basic(Uint8Array.of(0x61, 0x3a, 0xff))],
    ['NUL in the client_id', basic('a\u0000:secret')],
    ['NUL in the secret', basic('a:\u0000')],
    ['NUL, encoded', basic('a%00:secret')],
    ['a line feed, encoded', basic('a:%0A')],
    ['two at once', `${basic('a:b')}, ${basic('c:d')}`],
  ])('is refused with a header that holds %s (RFC 6749 §2.3.1)', async (_what, authorization) => {
    expectOAuthError(await post({ authorization }), malformed);
    expectOAuthError(await post({ authorization }, { client_id: server.app.client_id }), malformed);
  });

  it.each([
    ['another scheme', 'Bearer abc'],
    ['an unknown scheme', 'Grantor abc'],
    ['nonsense', 'a:b'],
    ['a scheme that begins like Basic', basic('a:b').replace(' ', '')],
  ])('is not authenticated by a header that holds %s (RFC 6749 §2.3.1)', async (_what, authorization) => {
    expectOAuthError(await post({ authorization }), malformed);
    expectOAuthError(await post({ authorization }, { client_id: server.app.client_id }), wrong);
    const guessed = { client_id: server.app.client_id, client_secret: 'wrong' };
    expectOAuthError(await post({ authorization }, guessed), wrong);
  });

  it.each([
    ['another scheme', 'Bearer abc'],
    ['nothing', ''],
  ])(
    'is authenticated by its secret in the body beside a header that holds %s',
    async (_what, authorization) => {
      const { client_id, client_secret } = server.app;
      const reply = await post({ authorization }, { client_id, client_secret });
      expect(reply.status).toBe(path === '/oauth2/token' ? 400 : 200);
      expect(reply.body).not.toContain('invalid_client');
    },
  );

  it.each([
    ['is confidential', () => server.app.client_id],
    ['is unknown', () => 'unknown'],
  ])('is told how to authenticate if the named app %s', async (_what, id) => {
    const expected =
      "The client is unknown or disabled, or it is confidential and its credentials are missing; send its secret as 'client_secret' or in an 'Authorization: Basic' header, or send a 'client_assertion'";
    expectOAuthError(await post({}, { client_id: id() }), { error: 'invalid_client', names: expected });
  });

  it.each([
    ['a wrong secret', () => basic(`${server.app.client_id}:wrong`)],
    ['an empty secret', () => basic(`${server.app.client_id}:`)],
    ["another app's secret", () => basic(`${server.app.client_id}:${server.otherApp.client_secret}`)],
    ['its secret cut short', () => basic(`${server.app.client_id}:${server.app.client_secret.slice(0, -1)}`)],
    ['more than its secret', () => basic(`${server.app.client_id}:${server.app.client_secret}a`)],
    ['an unknown client_id', () => basic(`unknown:${server.app.client_secret}`)],
    ['a client_id of 15,000 characters', () => basic(`${'a'.repeat(15_000)}:b`)],
    ['broken percent-encoding', () => basic(`${server.app.client_id}%zz:${server.app.client_secret}`)],
    ['a secret for an app that has none', () => basic(`${server.publicApp.client_id}:`)],
    ['a name that every object has', () => basic('__proto__:constructor')],
  ])('is refused with a header that holds %s', async (_what, header) => {
    expectOAuthError(await post({ authorization: header() }), wrong);
  });

  it.each([
    ['a wrong secret', () => ({ client_id: server.app.client_id, client_secret: 'wrong' })],
    [
      "another app's secret",
      () => ({ client_id: server.app.client_id, client_secret: server.otherApp.client_secret }),
    ],
    ['an unknown client_id', () => ({ client_id: 'unknown', client_secret: server.app.client_secret })],
    ['an empty secret', () => ({ client_id: server.app.client_id, client_secret: '' })],
    ['no secret, although it has one', () => ({ client_id: server.app.client_id })],
    ['a secret, although it has none', () => ({ client_id: server.publicApp.client_id, client_secret: 'a' })],
    ['an unknown client_id alone', () => ({ client_id: 'unknown' })],
    ['a client_id in capitals', () => ({ client_id: server.publicApp.client_id.toUpperCase() })],
    ['the hash that is kept', () => ({ client_id: server.app.client_id, client_secret: 'a'.repeat(43) })],
  ])('is refused with a body that holds %s', async (_what, credentials) => {
    expectOAuthError(await post({}, credentials()), wrong);
    const json = JSON.stringify({ ...refresh, ...credentials() });
    expectOAuthError(await postJson(server.issuer, path, json), wrong);
  });

  it('is refused without a client ID', async () => {
    expectOAuthError(await post({}), { error: 'invalid_client', names: "'client_id'" });
    expectOAuthError(await post({}, { client_secret: server.app.client_secret }), {
      error: 'invalid_client',
      names: "'client_id'",
    });
  });

  it('is refused with two credentials, even if both are valid (RFC 6749 §2.3)', async () => {
    const { client_id, client_secret } = server.app;
    const authorization = basic(`${client_id}:${client_secret}`);
    expectOAuthError(await post({ authorization }, { client_id, client_secret }), {
      error: 'invalid_request',
      names: 'twice',
    });
  });

  it('is refused if header and body name different apps', async () => {
    const { client_id, client_secret } = server.app;
    const authorization = basic(`${client_id}:${client_secret}`);
    expectOAuthError(await post({ authorization }, { client_id: server.otherApp.client_id }), {
      error: 'invalid_request',
      names: "'client_id'",
    });
  });

  it.each([
    ['as it is', (id: string, secret: string) => `${id}:${secret}`],
    [
      'with every character percent-encoded',
      (id: string, secret: string) =>
        [id, secret]
          .map((half) => half.replaceAll(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`))
          .join(':'),
    ],
  ])('is authenticated by a header that holds both parts %s', async (_what, join) => {
    const authorization = basic(join(server.app.client_id, server.app.client_secret));
    const reply = await post({ authorization });
    expect(reply.status).toBe(path === '/oauth2/token' ? 400 : 200);
    expect(reply.body).not.toContain('invalid_client');
  });

  it('is refused once it is disabled', async () => {
    const app = await server.grantor.register({ redirectUris: [redirectUri] });
    await server.grantor.api('PATCH', `/clients/${app.client_id}`, { enabled: false });
    expectOAuthError(await post({}, { client_id: app.client_id, client_secret: app.client_secret }), wrong);
  });
});
