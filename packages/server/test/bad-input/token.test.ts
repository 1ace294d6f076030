import type { ParameterName } from '@grantor/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/grantor.js';
import { malformedForms, malformedJson } from './support/malformed.js';
import { expectOAuthError, type Refusal } from './support/refusals.js';
import { encodeForm, postForm, postJson, send } from './support/send.js';
import {
  authorizationRequest,
  exchange,
  expectToServe,
  identify,
  redirectUri,
  startWorld,
  type World,
} from './support/world.js';

/** Each endpoint that takes parameters from a client, with those that it reads. */
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
    ],
  ],
  ['/oauth2/revoke', ['token', 'token_type_hint', 'client_id', 'client_secret']],
  ['/oauth2/userinfo', ['access_token']],
];

describe.each(databases)('on %s', (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ database });
  });
  afterAll(async () => {
    await expectToServe(world);
    await world.stop();
  });

  describe.each(endpoints)('%s', (path, names) => {
    describe.each(names)('refuses a form in which %s is', (name) => {
      it.each(malformedForms(name))('$title', async ({ text }) => {
        const reply = await postForm(world.issuer, path, text);
        expectOAuthError(reply, { error: 'invalid_request', names: `'${name}'` });
      });
    });

    describe.each(names)('refuses JSON in which %s is', (name) => {
      it.each(malformedJson(name))('$title', async ({ text }) => {
        const reply = await postJson(world.issuer, path, `{${text}}`);
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
      expectOAuthError(await postJson(world.issuer, path, body), {
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
      const reply = await send(world.issuer, path, {
        method: 'POST',
        headers: { 'content-type': type },
        body: 'code=a',
      });
      expectOAuthError(reply, { error: 'invalid_request', names: 'Content-Type' });
    });

    it('refuses a body without a type', async () => {
      const reply = await send(world.issuer, path, { method: 'POST', body: 'code=a' });
      expectOAuthError(reply, { error: 'invalid_request', names: 'Content-Type' });
    });

    it.each([['application/json'], ['application/x-www-form-urlencoded']])(
      'refuses a body of %s that is not UTF-8',
      async (type) => {
        const reply = await send(world.issuer, path, {
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
        const reply = await send(world.issuer, path, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'a'.repeat(size),
          chunked,
        });
        expectOAuthError(reply, { error: 'invalid_request', names: '65536', status: 413 });
      }
    });

    it('reads a body of exactly 64 KiB', async () => {
      const reply = await postForm(world.issuer, path, `x=${'a'.repeat(64 * 1024 - 2)}`);
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
    ...['password', 'client_credentials', 'implicit', 'AUTHORIZATION_CODE', 'toString', '__proto__'].map(
      (value) => ({
        what: `grant_type is ${value}`,
        changes: { grant_type: value },
        refusal: { error: 'unsupported_grant_type', names: "'grant_type'" },
      }),
    ),
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

  describe('a token request by an app that proved who it is', () => {
    it.each(plain)('is refused as a form when $what', async ({ changes, refusal }) => {
      const body = encodeForm(
        { grant_type: 'authorization_code', code: 'unknown', ...identify(world.app) },
        changes,
      );
      expectOAuthError(await postForm(world.issuer, '/oauth2/token', body), refusal);
    });

    it.each(plain)('is refused as JSON when $what', async ({ changes, refusal }) => {
      const decoded = Object.entries(changes).map(([name, value]) => [
        name,
        value === undefined ? value : decodeURIComponent(value),
      ]);
      const body = JSON.stringify({
        grant_type: 'authorization_code',
        code: 'unknown',
        ...identify(world.app),
        ...(Object.fromEntries(decoded) as object),
      });
      expectOAuthError(await postJson(world.issuer, '/oauth2/token', body), refusal);
    });

    it('passes over members that it does not know, whatever they are named or hold', async () => {
      const { client_id, client_secret } = world.app;
      const known = JSON.stringify({
        grant_type: 'authorization_code',
        code: 'unknown',
        client_id,
        client_secret,
      });
      const body = `{"__proto__":{"code":"a"},"constructor":[],"unknown":{"code":"b","code":"c"},${known.slice(1)}`;
      expectOAuthError(await postJson(world.issuer, '/oauth2/token', body), {
        error: 'invalid_grant',
        names: "'code'",
      });
    });

    it('does not take parameters from the query (RFC 6749 §3.2)', async () => {
      const query = encodeForm(exchange(world.app, await world.code(world.app)));
      const reply = await send(world.issuer, `/oauth2/token?${query}`, { method: 'POST' });
      expectOAuthError(reply, { error: 'invalid_client', names: "'client_id'" });
    });
  });

  describe('a code', () => {
    it('is refused when it has expired (RFC 6749 §4.1.2)', async () => {
      const code = await world.code(world.app);
      world.sleep(61);
      const reply = await world.token(exchange(world.app, code));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
    });

    it("is refused when it is another app's, and stays good for its own (RFC 6749 §5.2)", async () => {
      const code = await world.code(world.app);
      for (const thief of [world.otherApp, world.publicApp]) {
        const reply = await world.token(exchange(thief, code));
        expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
      }
      expect((await world.token(exchange(world.app, code))).status).toBe(200);
    });

    it('is refused at its second use (RFC 6749 §4.1.2)', async () => {
      const code = await world.code(world.app);
      expect((await world.token(exchange(world.app, code))).status).toBe(200);
      const reply = await world.token(exchange(world.app, code));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
    });

    it.each([
      ['a character missing', (code: string) => code.slice(0, -1)],
      ['a character more', (code: string) => `${code}A`],
      [
        'another case',
        (code: string) => code.replace(/[a-z]/i, (letter) => String.fromCharCode(letter.charCodeAt(0) ^ 32)),
      ],
      ['a space behind it', (code: string) => `${code} `],
      ['itself twice', (code: string) => code + code],
      ['its characters backwards', (code: string) => code.split('').toReversed().join('')],
    ])('is refused with %s, and stays good', async (_what, garble) => {
      const code = await world.code(world.app);
      const reply = await world.token(exchange(world.app, { ...code, code: garble(code.code) }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
      expect((await world.token(exchange(world.app, code))).status).toBe(200);
    });

    it.each([
      ['wrong', 'w'.repeat(43)],
      ['too short', 'w'.repeat(42)],
      ['too long', 'w'.repeat(129)],
      ['not of its alphabet', `${'w'.repeat(42)}+`],
      ['of letters beyond ASCII', 'é'.repeat(43)],
    ])('is refused with a verifier that is %s (RFC 7636 §4.6)', async (_what, verifier) => {
      const { code } = await world.code(world.publicApp);
      const reply = await world.token(exchange(world.publicApp, { code, verifier }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it('is refused with the challenge in place of the verifier (RFC 7636 §4.6)', async () => {
      const challenge = 'c'.repeat(43);
      const { code } = await world.code(world.app, { code_challenge: challenge });
      const reply = await world.token(exchange(world.app, { code, verifier: challenge }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it.each([
      ['missing', {}],
      ['empty', { code_verifier: '' }],
    ])('is refused with a challenge when the verifier is %s (RFC 7636 §4.5)', async (_what, sent) => {
      const { code_verifier: _, ...rest } = exchange(world.app, await world.code(world.app));
      const reply = await world.token({ ...rest, ...sent });
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it('is refused with a verifier when there was no challenge (RFC 9700 §2.1.1)', async () => {
      const { code_challenge: _, code_challenge_method: __, ...bare } = authorizationRequest(world.app);
      const left = await world.browser.open(`${world.issuer}/oauth2/authorize?${encodeForm(bare)}`);
      const code = left.left?.searchParams.get('code') ?? '';
      expect(code).not.toBe('');
      const reply = await world.token(exchange(world.app, { code, verifier: 'v'.repeat(43) }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it.each([
      ['another', `${redirectUri}2`],
      ["another's", 'https://evil.example/callback'],
      ['one with a slash', `${redirectUri}/`],
      ['one in capitals', redirectUri.toUpperCase()],
    ])('is refused with %s redirect_uri (RFC 6749 §4.1.3)', async (_what, uri) => {
      const parameters = exchange(world.app, await world.code(world.app));
      const reply = await world.token({ ...parameters, redirect_uri: uri });
      expectOAuthError(reply, { error: 'invalid_grant', names: "'redirect_uri'" });
    });

    it('is refused without PKCE and without the redirect_uri that was sent (RFC 6749 §4.1.3)', async () => {
      const left = await world.browser.open(
        `${world.issuer}/oauth2/authorize?${encodeForm(authorizationRequest(world.app))}`,
      );
      const code = left.left?.searchParams.get('code') ?? '';
      const reply = await world.token({ grant_type: 'authorization_code', code, ...identify(world.app) });
      expectOAuthError(reply, { error: 'invalid_grant', names: "'redirect_uri'" });
    });
  });

  describe('a refresh token', () => {
    it('is refused when it has expired', async () => {
      const { refresh_token } = await world.tokens(world.app);
      world.sleep(60 * 86_400 + 1);
      const reply = await world.refresh(world.app, refresh_token);
      expectOAuthError(reply, { error: 'invalid_grant', names: "'refresh_token'" });
    });

    it("is refused when it is another app's, and stays good for its own (RFC 6749 §6)", async () => {
      const { refresh_token } = await world.tokens(world.app);
      for (const thief of [world.otherApp, world.publicApp]) {
        const reply = await world.refresh(thief, refresh_token);
        expectOAuthError(reply, { error: 'invalid_grant', names: "'refresh_token'" });
      }
      expect((await world.refresh(world.app, refresh_token)).status).toBe(200);
    });

    it.each([
      ['a character missing', (token: string) => token.slice(0, -1)],
      ['a character more', (token: string) => `${token}A`],
      ['a space before it', (token: string) => ` ${token}`],
    ])('is refused with %s, and stays good', async (_what, garble) => {
      const { refresh_token } = await world.tokens(world.app);
      const reply = await world.refresh(world.app, garble(refresh_token));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'refresh_token'" });
      expect((await world.refresh(world.app, refresh_token)).status).toBe(200);
    });

    it.each([['files:write'], ['openid files:write'], ['nonsense'], ['"openid"'], ['openid\u00a0profile']])(
      'is refused for the scope %s, which was not granted (RFC 6749 §6)',
      async (scope) => {
        const { refresh_token } = await world.tokens(world.app);
        expectOAuthError(await world.refresh(world.app, refresh_token, scope), {
          error: 'invalid_scope',
          names: "'scope'",
        });
        expect((await world.refresh(world.app, refresh_token)).status).toBe(200);
      },
    );

    it('is refused in place of a code, and a code in place of it', async () => {
      const { refresh_token } = await world.tokens(world.app);
      const asCode = exchange(world.app, { code: refresh_token, verifier: 'v'.repeat(43) });
      expectOAuthError(await world.token(asCode), { error: 'invalid_grant', names: "'code'" });
      const { code } = await world.code(world.app);
      expectOAuthError(await world.refresh(world.app, code), {
        error: 'invalid_grant',
        names: "'refresh_token'",
      });
    });
  });

  it('refuses a grant type that the app is not registered for (RFC 6749 §5.2)', async () => {
    const app = await world.grantor.register({
      redirectUris: [redirectUri],
      grant_types: ['authorization_code'],
    });
    expectOAuthError(await world.refresh(app, 'a'), {
      error: 'unauthorized_client',
      names: "'refresh_token'",
    });
  });
});
