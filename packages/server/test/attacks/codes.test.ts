import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AttackedServer,
  startAttackedServer,
  type Tokens,
} from '../bad-input/support/attacked-server.js';
import { expectErrorRedirect, expectOAuthError } from '../bad-input/support/refusals.js';
import { authorizationRequest, exchange, identify, redirectUri } from '../bad-input/support/requests.js';
import { encodeForm, send } from '../bad-input/support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const refused = { error: 'invalid_grant', names: "'code'" };
const badVerifier = { error: 'invalid_grant', names: "'code_verifier'" };

describe('a stolen code is useless', () => {
  it('without the verifier: PKCE left out at the end (CVE-2023-48228)', async () => {
    for (const app of [server.app, server.publicApp]) {
      const { code_verifier: _, ...stolen } = exchange(app, await server.code(app));
      expectOAuthError(await server.token(stolen), badVerifier);
    }
  });

  it('after the challenge was stripped (CVE-2024-23647)', async () => {
    const stripped = encodeForm(authorizationRequest(server.app));
    const { left } = await server.browser.open(`${server.issuer}/oauth2/authorize?${stripped}`);
    const code = left?.searchParams.get('code') ?? '';
    const reply = await server.token(exchange(server.app, { code, verifier: 'v'.repeat(43) }));
    expectOAuthError(reply, badVerifier);
  });

  it('by a public app that asks without PKCE at all: downgrade (CVE-2025-4144)', async () => {
    const reply = await send(
      server.issuer,
      `/oauth2/authorize?${encodeForm(authorizationRequest(server.publicApp))}`,
    );
    expectErrorRedirect(
      reply,
      { error: 'invalid_request', names: "'code_challenge'" },
      { redirectUri, issuer: server.issuer, state: 'the state' },
    );
  });

  it('by an unknown method that the server treats as plain', async () => {
    for (const method of ['plain', 'PLAIN', 'unknown', '']) {
      const query = encodeForm({
        ...authorizationRequest(server.app),
        code_challenge: 'c'.repeat(43),
        code_challenge_method: method,
      });
      expectErrorRedirect(
        await send(server.issuer, `/oauth2/authorize?${query}`),
        { error: 'invalid_request', names: "'code_challenge_method'" },
        { redirectUri, issuer: server.issuer, state: 'the state' },
      );
    }
  });

  it('at another app, and the attempt does not spend it: the code of another client (CVE-2026-28513)', async () => {
    const code = await server.code(server.app);
    for (const thief of [server.otherApp, server.publicApp]) {
      expectOAuthError(await server.token(exchange(thief, code)), refused);
    }
    expect((await server.token(exchange(server.app, code))).status).toBe(200);
  });

  it('to another app after its first use: the replay revokes nothing', async () => {
    const code = await server.code(server.app);
    const tokens = JSON.parse((await server.token(exchange(server.app, code))).body) as Tokens;
    for (const thief of [server.otherApp, server.publicApp]) {
      expectOAuthError(await server.token(exchange(thief, code)), refused);
    }
    expect((await server.userinfo(tokens.access_token)).status).toBe(200);
  });

  it('when it has expired (CVE-2026-28513)', async () => {
    const code = await server.code(server.app);
    server.sleep(61);
    expectOAuthError(await server.token(exchange(server.app, code)), refused);
  });

  it('without the secret of its app (CVE-2024-22258)', async () => {
    const parameters = exchange(server.app, await server.code(server.app));
    const { client_secret: _, ...withoutSecret } = parameters;
    expectOAuthError(await server.token(withoutSecret), { error: 'invalid_client', names: 'credentials' });
    expect((await server.token(parameters)).status).toBe(200);
  });

  it('with another redirect URI of the same app: code injection (RFC 9700 §4.5)', async () => {
    const other = 'https://app.example.com/other';
    const app = await server.grantor.register({ redirectUris: [redirectUri, other] });
    const code = await server.code(app);
    const reply = await server.token({ ...exchange(app, code), redirect_uri: other });
    expectOAuthError(reply, { error: 'invalid_grant', names: "'redirect_uri'" });
  });
});

describe('a code that comes a second time', () => {
  it('revokes the access and refresh token of the first use (RFC 6749 §4.1.2)', async () => {
    for (const app of [server.app, server.opaqueApp]) {
      const code = await server.code(app);
      const tokens = JSON.parse((await server.token(exchange(app, code))).body) as Tokens;
      expect((await server.userinfo(tokens.access_token)).status).toBe(200);
      expectOAuthError(await server.token(exchange(app, code)), refused);
      expect((await server.userinfo(tokens.access_token)).status).toBe(401);
      expectOAuthError(await server.refresh(app, tokens.refresh_token), {
        error: 'invalid_grant',
        names: "'refresh_token'",
      });
    }
  });

  it('at the same time is redeemed at most once: concurrent replay (GHSA-7w99-5wm4-3g79)', async () => {
    const parameters = exchange(server.app, await server.code(server.app));
    const replies = await Promise.all(Array.from({ length: 20 }, () => server.token(parameters)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const reply of replies.filter(({ status }) => status !== 200)) expectOAuthError(reply, refused);
  });

  it('in part, or forged from it, ends nothing: a guess must not end the access of another user', async () => {
    const code = await server.code(server.app);
    const tokens = JSON.parse((await server.token(exchange(server.app, code))).body) as Tokens;
    for (const forged of [
      code.code.slice(0, 22),
      `${code.code.slice(0, 22)}${'A'.repeat(21)}`,
      `${code.code}.${code.code}`,
      code.code.toLowerCase(),
    ]) {
      expectOAuthError(await server.token(exchange(server.app, { ...code, code: forged })), refused);
    }
    expect((await server.userinfo(tokens.access_token)).status).toBe(200);
  });
});

it('a code cannot be guessed: it has 256 random bits', async () => {
  const codes = await Promise.all(Array.from({ length: 20 }, () => server.code(server.app)));
  expect(new Set(codes.map(({ code }) => code)).size).toBe(20);
  for (const { code } of codes) expect(Buffer.from(code, 'base64url')).toHaveLength(32);
});

it('a code is not a token, nor a token a code: confusion of credentials', async () => {
  const { code } = await server.code(server.app);
  expect((await server.userinfo(code)).status).toBe(401);
  const tokens = await server.tokens(server.app);
  for (const token of [tokens.access_token, tokens.refresh_token, tokens.id_token]) {
    const body = { grant_type: 'authorization_code', code: token, ...identify(server.app) };
    expectOAuthError(await server.token(body), refused);
  }
  expect((await server.userinfo(tokens.refresh_token)).status).toBe(401);
});
