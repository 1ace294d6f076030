import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import type { ParameterName } from '../../src/protocol/index.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { malformedForms, malformedJson } from './support/malformed.js';
import { expectOAuthError, type Refusal } from './support/refusals.js';
import { exchange, identify, redirectUri } from './support/requests.js';
import { encodeForm, postForm, postJson, send } from './support/send.js';

/** Each endpoint with parameters of a client, and the parameters that it reads. */
const endpoints: readonly (readonly [string, readonly ParameterName[]])[] = [
  [
    '/oauth2/token',
    [
      'grant_type',
      'client_id',
      'client_secret',
      'code',
      'code_verifier',
      'redirect_uri',
      'refresh_token',
      'scope',
      'client_assertion',
      'client_assertion_type',
      'resource',
    ],
  ],
  ['/oauth2/revoke', ['token', 'token_type_hint', 'client_id', 'client_secret']],
  [
    '/oauth2/introspect',
    ['token', 'token_type_hint', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'],
  ],
  ['/oauth2/userinfo', ['access_token']],
];

describe.each(databases)('on %s', (database) => {
  let server: AttackedServer;
  beforeAll(async () => {
    server = await startAttackedServer({ database });
  });
  afterAll(() => server.stop());

  describe.each(endpoints)('%s', (path, names) => {
    describe.each(names)('refuses a form in which %s is', (name) => {
      it.each(malformedForms(name))('$title', async ({ text }) => {
        const reply = await postForm(server.issuer, path, text);
        expectOAuthError(reply, { error: 'invalid_request', names: `'${name}'` });
      });
    });

    describe.each(names)('refuses JSON in which %s is', (name) => {
      it.each(malformedJson(name))('$title', async ({ text }) => {
        const reply = await postJson(server.issuer, path, `{${text}}`);
        expectOAuthError(reply, { error: 'invalid_request', names: `'${name}'` });
      });
    });

    it.each([
      ['an array', '[]'],
      ['a string', '"code"'],
      ['a number', '1'],
      ['null', 'null'],
      ['true', 'true'],
      ['nothing but space', ' '],
      ['unfinished', '{"code":"a"'],
      ['a form', 'code=a'],
      ['with a comment', '{"code":"a"/**/}'],
      ['two documents', '{}{}'],
      ['with NUL behind it', '{}\u0000'],
    ])('refuses a JSON body that is %s', async (_what, body) => {
      expectOAuthError(await postJson(server.issuer, path, body), {
        error: 'invalid_request',
        names: 'JSON',
      });
    });

    it.each([
      ['text/plain'],
      ['text/html'],
      ['multipart/form-data; boundary=x'],
      ['application/xml'],
      ['application/jsonp'],
      ['application/x-www-form-urlencoded, application/json'],
      ['toString'],
      ['__proto__'],
    ])('refuses a body of type %s', async (type) => {
      const reply = await send(server.issuer, path, {
        method: 'POST',
        headers: { 'content-type': type },
        body: 'code=a',
      });
      expectOAuthError(reply, { error: 'invalid_request', names: 'Content-Type' });
    });

    it('refuses a body without a type', async () => {
      const reply = await send(server.issuer, path, { method: 'POST', body: 'code=a' });
      expectOAuthError(reply, { error: 'invalid_request', names: 'Content-Type' });
    });

    it.each([['application/json'], ['application/x-www-form-urlencoded']])(
      'refuses a body of %s that is not UTF-8',
      async (type) => {
        const reply = await send(server.issuer, path, {
          method: 'POST',
          headers: { 'content-type': type },
          body: Buffer.from([0x63, 0x3d, 0xff, 0xfe]),
        });
        expectOAuthError(reply, { error: 'invalid_request', names: 'UTF-8' });
      },
    );

    it.each([
      ['announced', false],
      ['in chunks', true],
    ])('refuses a body over 64 KiB, %s', async (_what, chunked) => {
      for (const size of [64 * 1024 + 1, 2_000_000]) {
        const reply = await send(server.issuer, path, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'a'.repeat(size),
          chunked,
        });
        expectOAuthError(reply, { error: 'invalid_request', names: '65536', status: 413 });
      }
    });

    it('reads a body of exactly 64 KiB', async () => {
      const reply = await postForm(server.issuer, path, `x=${'a'.repeat(64 * 1024 - 2)}`);
      expect(reply.status).toBe(401);
    });
  });

  const plain: readonly {
    readonly what: string;
    readonly changes: Readonly<Record<string, string | undefined>>;
    readonly refusal: Refusal;
  }[] = [
    ...([undefined, ''] as const).flatMap((value) =>
      (['grant_type', 'code'] as const).map((name) => ({
        what: `${name} is ${value === '' ? 'empty' : 'missing'}`,
        changes: { [name]: value },
        refusal: { error: 'invalid_request', names: `'${name}'` },
      })),
    ),
    {
      what: 'grant_type is one that the app is not registered for',
      changes: { grant_type: 'client_credentials' },
      refusal: { error: 'unauthorized_client', names: "'client_credentials'" },
    },
    ...['password', 'implicit', 'AUTHORIZATION_CODE', 'toString', '__proto__'].map((value) => ({
      what: `grant_type is ${value}`,
      changes: { grant_type: value },
      refusal: { error: 'unsupported_grant_type', names: "'grant_type'" },
    })),
    {
      what: 'grant_type is refresh_token and there is none',
      changes: { grant_type: 'refresh_token' },
      refusal: { error: 'invalid_request', names: "'refresh_token'" },
    },
    ...['a', 'a.b.c', "'%20OR%201=1--", '%E2%98%83', '../../etc/passwd', 'x'.repeat(4096)].flatMap(
      (value) => [
        {
          what: `code is ${value}`,
          changes: { code: value },
          refusal: { error: 'invalid_grant', names: "'code'" },
        },
        {
          what: `refresh_token is ${value}`,
          changes: { grant_type: 'refresh_token', refresh_token: value },
          refusal: { error: 'invalid_grant', names: "'refresh_token'" },
        },
      ],
    ),
  ];

  describe('a token request of an authenticated app', () => {
    it.each(plain)('is refused as a form when $what', async ({ changes, refusal }) => {
      const body = encodeForm(
        { grant_type: 'authorization_code', code: 'unknown', ...identify(server.app) },
        changes,
      );
      expectOAuthError(await postForm(server.issuer, '/oauth2/token', body), refusal);
    });

    it.each(plain)('is refused as JSON when $what', async ({ changes, refusal }) => {
      const decoded = Object.entries(changes).map(([name, value]) => [
        name,
        value === undefined ? value : decodeURIComponent(value),
      ]);
      const body = JSON.stringify({
        grant_type: 'authorization_code',
        code: 'unknown',
        ...identify(server.app),
        ...(Object.fromEntries(decoded) as object),
      });
      expectOAuthError(await postJson(server.issuer, '/oauth2/token', body), refusal);
    });

    it('ignores unknown members, whatever their name or value', async () => {
      const { client_id, client_secret } = server.app;
      const known = JSON.stringify({
        grant_type: 'authorization_code',
        code: 'unknown',
        client_id,
        client_secret,
      });
      const body = `{"__proto__":{"code":"a"},"constructor":[],"unknown":{"code":"b","code":"c"},${known.slice(1)}`;
      expectOAuthError(await postJson(server.issuer, '/oauth2/token', body), {
        error: 'invalid_grant',
        names: "'code'",
      });
    });

    it('does not take parameters from the query (RFC 6749 §3.2)', async () => {
      const query = encodeForm(exchange(server.app, await server.code(server.app)));
      const reply = await send(server.issuer, `/oauth2/token?${query}`, { method: 'POST' });
      expectOAuthError(reply, { error: 'invalid_client', names: "'client_id'" });
    });
  });

  it('refuses a grant type that the app is not registered for (RFC 6749 §5.2)', async () => {
    const app = await server.grantor.register({
      redirectUris: [redirectUri],
      grant_types: ['authorization_code'],
    });
    expectOAuthError(await server.refresh(app, 'a'), {
      error: 'unauthorized_client',
      names: "'refresh_token'",
    });
  });
});
