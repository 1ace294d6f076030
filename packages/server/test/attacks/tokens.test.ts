import { createHmac } from 'node:crypto';
import { generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../../../test/kit/test-database.js';
import {
  type AttackedServer,
  startAttackedServer,
  type Tokens,
} from '../bad-input/support/attacked-server.js';
import { expectErrorRedirect, expectOAuthError } from '../bad-input/support/refusals.js';
import { authorizationRequest, redirectUri } from '../bad-input/support/requests.js';
import { encodeForm, send } from '../bad-input/support/send.js';

let server: AttackedServer;
let tokens: Tokens;
beforeAll(async () => {
  server = await startAttackedServer();
  tokens = await server.tokens(server.app);
});
afterAll(() => server.stop());

async function expectRefused(token: string): Promise<void> {
  const reply = await send(server.issuer, '/oauth2/userinfo', {
    headers: { authorization: `Bearer ${token}` },
  });
  expectOAuthError(reply, { error: 'invalid_token', names: 'access token' });
}

const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = (token: string) => decode(token.split('.')[1]);
const headerOf = (token: string) => decode(token.split('.')[0]);

async function publishedKeys(): Promise<readonly JWK[]> {
  const response = await fetch(`${server.issuer}/oauth2/jwks`);
  return ((await response.json()) as { keys: JWK[] }).keys;
}

describe('a forged access token is refused', () => {
  it('without a signature: alg none (RFC 8725 §2.1)', async () => {
    const [, claims = '', signature = ''] = tokens.access_token.split('.');
    for (const alg of ['none', 'None', 'NONE', '']) {
      const header = encode({ ...headerOf(tokens.access_token), alg });
      await expectRefused(`${header}.${claims}.`);
      await expectRefused(`${header}.${claims}.${signature}`);
    }
  });

  it('signed with the public key as if it were a secret: HS256 confusion (RFC 8725 §2.1)', async () => {
    const header = encode({ ...headerOf(tokens.access_token), alg: 'HS256' });
    const input = `${header}.${tokens.access_token.split('.')[1]}`;
    for (const key of await publishedKeys()) {
      for (const secret of [JSON.stringify(key), String(key.x ?? key.n), String(key.kid)]) {
        await expectRefused(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`);
      }
    }
  });

  it('signed with a key of its own, even when it brings it along: jwk, jku, x5u, kid (CVE-2026-27962)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = (await crypto.subtle.exportKey('jwk', publicKey)) as JWK;
    const { kid } = headerOf(tokens.access_token);
    for (const header of [
      { kid: String(kid) },
      { jwk },
      { kid: String(kid), jwk },
      { jku: `${server.issuer}/oauth2/jwks` },
      { x5u: 'https://evil.example/' },
      { kid: '../../../dev/null' },
      {},
    ]) {
      const forged = await new SignJWT(claimsOf(tokens.access_token))
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
        .sign(privateKey);
      await expectRefused(forged);
    }
  });

  it('with an unknown critical header (CVE-2025-59420)', async () => {
    const [, claims = '', signature = ''] = tokens.access_token.split('.');
    const header = encode({ ...headerOf(tokens.access_token), crit: ['unknown'], unknown: true });
    await expectRefused(`${header}.${claims}.${signature}`);
  });

  it('with claims that were changed under its signature', async () => {
    const [header = '', , signature = ''] = tokens.access_token.split('.');
    for (const change of [{ sub: 'another user' }, { exp: 9_999_999_999 }, { scope: 'openid email' }]) {
      await expectRefused(
        `${header}.${encode({ ...claimsOf(tokens.access_token), ...change })}.${signature}`,
      );
    }
  });

  it('cut short, or put together from two (GHSA-6mq3-xmgp-pjm5)', async () => {
    const second = await server.tokens(server.app);
    const [a, b, c] = tokens.access_token.split('.');
    for (const forged of [
      `${a}.${b}`,
      `${a}.${b}.`,
      `.${b}.${c}`,
      `${a}..${c}`,
      tokens.access_token.slice(0, -2),
    ]) {
      await expectRefused(forged);
    }
    await expectRefused([a, b, second.access_token.split('.')[2]].join('.'));
  });

  it('when it is opaque and a part is missing (GHSA-6mq3-xmgp-pjm5)', async () => {
    const { access_token } = await server.tokens(server.opaqueApp);
    expect((await server.userinfo(access_token)).status).toBe(200);
    for (const length of [42, 32, 22, 8, 1]) await expectRefused(access_token.slice(0, length));
    await expectRefused(`${access_token}A`);
  });
});

describe('one kind of token does not pass for another (RFC 8725 §3.11)', () => {
  it('an ID token is no access token, ES256 or RS256', async () => {
    await expectRefused(tokens.id_token);
    const app = await server.grantor.register({
      redirectUris: [redirectUri],
      id_token_signed_response_alg: 'RS256',
    });
    await expectRefused((await server.tokens(app)).id_token);
  });

  it('an access token is no ID token: its type says so (RFC 9068 §2.1)', () => {
    expect(headerOf(tokens.access_token)).toMatchObject({ typ: 'at+jwt' });
    expect(headerOf(tokens.id_token)).toMatchObject({ typ: 'JWT' });
    expect(claimsOf(tokens.id_token).aud).toBe(server.app.client_id);
    expect(claimsOf(tokens.access_token).aud).not.toBe(server.app.client_id);
  });

  it('a token of another issuer with the same keys is invalid', async () => {
    const settings = { databaseUrl: await createDatabase('sqlite') };
    const [one, two] = [await startAttackedServer({ settings }), await startAttackedServer({ settings })];
    try {
      const { access_token } = await one.tokens(one.app);
      expect((await one.userinfo(access_token)).status).toBe(200);
      expect((await two.userinfo(access_token)).status).toBe(401);
    } finally {
      await one.stop();
      await two.stop();
    }
  });
});

describe('the published keys', () => {
  it('are public and have no private part', async () => {
    for (const key of await publishedKeys()) {
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret);
    }
  });
});

describe('a token of another client', () => {
  it('cannot be revoked, neither a JWT nor an opaque token: revoking tokens of others', async () => {
    for (const app of [server.app, server.opaqueApp]) {
      const mine = await server.tokens(app);
      for (const thief of [server.otherApp, server.publicApp]) {
        for (const token of [mine.access_token, mine.refresh_token]) {
          expect((await server.revoke(thief, token)).status).toBe(200);
        }
      }
      expect((await server.userinfo(mine.access_token)).status).toBe(200);
      expect((await server.refresh(app, mine.refresh_token)).status).toBe(200);
    }
  });
});

const ask = (scope: string) =>
  send(server.issuer, `/oauth2/authorize?${encodeForm({ ...authorizationRequest(server.app), scope })}`);
const told = () => ({ redirectUri, issuer: server.issuer, state: 'the state' });
const words = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`).join(' ');

describe('a scope', () => {
  it('of thousands of words is refused before it costs anything (CVE-2026-4634)', async () => {
    expectErrorRedirect(await ask(words(65)), { error: 'invalid_scope', names: '64' }, told());
    expectErrorRedirect(await ask(words(3000)), { error: 'invalid_request', names: "'scope'" }, told());
    expectErrorRedirect(
      await ask('openid '.repeat(2000)),
      { error: 'invalid_request', names: "'scope'" },
      told(),
    );
  });

  it('that the app is not registered for is refused: escalation at authorize', async () => {
    const app = await server.grantor.register({ redirectUris: [redirectUri], scopes: ['openid'] });
    const query = encodeForm({ ...authorizationRequest(app), scope: 'openid files:write' });
    expectErrorRedirect(
      await send(server.issuer, `/oauth2/authorize?${query}`),
      { error: 'invalid_scope', names: "'scope'" },
      told(),
    );
  });
});
