import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, TestApp } from '../../../../test/kit/test-app.js';
import { addGrace } from './support/users.js';

const response = async (from: TestApp, parameters: Record<string, string>) =>
  (await from.authorize(parameters)).searchParams;

/** The same token, signed with another key under the key ID of the server. */
const foreign = async (token: string): Promise<string> => {
  const { privateKey } = await generateKeyPair('ES256');
  const { kid } = decodeProtectedHeader(token);
  const header = { alg: 'ES256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) };
  return new SignJWT(decodeJwt(token)).setProtectedHeader(header).sign(privateKey);
};

const unsigned = (claims: object) =>
  [{ alg: 'none', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
    .concat('.');

describe('id_token_hint (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  let grantor: TestServer;
  let app: TestApp;
  let graces: TestApp;
  let hint: string;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    const grace = await addGrace(grantor);
    app = await registerApp(grantor);
    const { at, id, secret, redirectUri } = app;
    graces = new TestApp(at, id, secret, redirectUri, grace, new HttpBrowser());
    hint = (await app.tokens()).id_token;
    await graces.tokens();
  });
  afterAll(() => grantor.stop());

  it('responds about the user that it names, without a page', async () => {
    expect((await response(app, { id_token_hint: hint, prompt: 'none' })).has('code')).toBe(true);
  });

  it('is accepted when expired', async () => {
    now += 7200;
    expect(decodeJwt(hint).exp).toBeLessThan(now);
    expect((await response(app, { id_token_hint: hint, prompt: 'none' })).has('code')).toBe(true);
  });

  it('prompt=none returns login_required if another user is signed in (§3.1.2.2): mixed-up users', async () => {
    const refused = await response(graces, { id_token_hint: hint, prompt: 'none', state: 'kept' });
    expect(refused.get('error')).toBe('login_required');
    expect(refused.get('state')).toBe('kept');
    expect(refused.has('code')).toBe(false);
  });

  it('asks another user to sign in, and returns login_required if that is another user again', async () => {
    const page = await graces.browser.open(graces.authorizationUrl({ id_token_hint: hint }));
    expect(page.html).toContain('id="sign-in"');
    const { username, password } = graces.user;
    const wrong = await graces.browser.signIn(page, { username, password });
    expect(wrong.left?.searchParams.get('error')).toBe('login_required');
  });

  it('is satisfied if the named user signs in', async () => {
    const browser = new HttpBrowser();
    const { at, id, secret, redirectUri, user } = app;
    const fresh = new TestApp(at, id, secret, redirectUri, user, browser);
    expect((await response(fresh, { id_token_hint: hint })).has('code')).toBe(true);
  });

  it.each<readonly [string, () => Promise<string> | string]>([
    ['an access token (RFC 9068 §2.1): token confusion', async () => (await app.tokens()).access_token],
    ['a token that another key signed', () => foreign(hint)],
    ['a token without a signature (RFC 8725 §3.1)', () => unsigned(decodeJwt(hint))],
    ['one with another payload', () => hint.replace(/\.([^.]+)\./, '.e30.')],
    ['one for another app', async () => (await (await registerApp(grantor)).tokens()).id_token],
    ['no token at all', () => 'garbage'],
    ['five dots', () => '.....'],
  ])('refuses %s', async (_what, make) => {
    const refused = await response(app, { id_token_hint: await make(), prompt: 'none' });
    expect(refused.get('error')).toBe('invalid_request');
    expect(refused.get('error_description')).toContain("'id_token_hint'");
  });
});
