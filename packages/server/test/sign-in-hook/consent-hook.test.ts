import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';
import { answer, challengeIn, pages, read, redirectOf } from './operator.js';

describe('the consent page of the operator', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ settings: { consentUrl: pages.consentUrl, compat: 'none' } });
  });
  afterAll(() => grantor.stop());

  /** A new user signs in to a new app, and the browser is sent to the operator. */
  async function ask(parameters: RequestParameters = { scope: 'openid email profile' }): Promise<string> {
    const user = await addUser(grantor);
    app = (await registerApp(grantor)).with({ user, browser: new HttpBrowser() });
    return askAgain(parameters);
  }

  async function askAgain(parameters: RequestParameters = { scope: 'openid email profile' }) {
    const page = await app.browser.open(app.authorizationUrl(parameters));
    const { left } = page.html.includes('id="sign-in"') ? await app.browser.signIn(page, app.user) : page;
    return challengeIn(left, 'consent');
  }

  const accept = (challenge: string, body?: unknown) => answer(grantor, challenge, 'accept', body, 'consent');

  it('gets the browser with a challenge, and its server reads what the app asks the user for', async () => {
    const claims = JSON.stringify({ userinfo: { phone_number: null } });
    const challenge = await ask({ scope: 'openid email', claims, ui_locales: 'fr' });
    const account = await grantor.server.store.accounts.findByLogin(app.user.username);
    expect(await bodyOf(read(grantor, challenge, 'consent'))).toEqual({
      expires_on: expect.any(String),
      client: expect.objectContaining({ client_id: app.id }),
      account_id: account?.id,
      user_id: null,
      scopes: ['openid', 'email'],
      access: [{ resource: grantor.issuer, scopes: [] }],
      claims: ['phone_number'],
      ui_locales: ['fr'],
    });
  });

  it('grants what the app requested, and is not asked again', async () => {
    const to = await redirectOf(accept(await ask()));
    const { left } = await app.browser.open(to);
    const tokens = await bodyOf(app.exchange(left?.searchParams.get('code') ?? ''));
    expect(tokens.scope).toBe('openid email profile');
    const again = await app.browser.open(app.authorizationUrl({ scope: 'openid email profile' }));
    expect(again.left?.searchParams.has('code')).toBe(true);
  });

  it('grants fewer scopes than requested, which the token response says (RFC 6749 §3.3)', async () => {
    const to = await redirectOf(accept(await ask(), { scopes: ['openid', 'email'] }));
    const { left } = await app.browser.open(to);
    const tokens = await bodyOf<{ scope: string; access_token: string }>(
      app.exchange(left?.searchParams.get('code') ?? ''),
    );
    expect(tokens.scope).toBe('openid email');
    expect(await bodyOf(app.userinfo(tokens.access_token))).not.toHaveProperty('name');
    // The rest was not allowed, so that the next request for it asks again.
    expect(await askAgain()).toMatch(/^[\w-]+$/);
  });

  it('leaves out the claims of a scope that it does not grant, which the request did not show by themselves', async () => {
    const claims = JSON.stringify({ userinfo: { email: null } });
    const challenge = await ask({ scope: 'openid email', claims });
    expect(await bodyOf(read(grantor, challenge, 'consent'))).toMatchObject({ claims: [] });
    const { left } = await app.browser.open(await redirectOf(accept(challenge, { scopes: ['openid'] })));
    const { access_token: token } = await bodyOf<{ access_token: string }>(
      app.exchange(left?.searchParams.get('code') ?? ''),
    );
    expect(await bodyOf(app.userinfo(token))).not.toHaveProperty('email');
  });

  it('is asked again where the decision is not to be remembered', async () => {
    const to = await redirectOf(accept(await ask(), { remember: false }));
    const { left } = await app.browser.open(to);
    expect(left?.searchParams.has('code')).toBe(true);
    expect(await askAgain()).toMatch(/^[\w-]+$/);
  });

  it('denies the request, and the app gets access_denied (RFC 6749 §4.1.2.1)', async () => {
    const to = await redirectOf(answer(grantor, await ask(), 'reject', undefined, 'consent'));
    const { left } = await app.browser.open(to);
    expect(left?.searchParams.get('error')).toBe('access_denied');
  });

  it.each([
    ['a scope that the app did not request', ['openid', 'address']],
    ['a request without openid', ['email']],
    ['a malformed scope', [7]],
  ])('cannot grant %s', async (_what, scopes) => {
    const challenge = await ask();
    expect((await accept(challenge, { scopes })).status).toBe(400);
    expect((await accept(challenge)).status).toBe(200);
  });

  it('counts in the browser and for the session of the user who was asked, once', async () => {
    const to = await redirectOf(accept(await ask()));
    const asked = app;
    await ask();
    expect((await app.browser.open(to)).html).toContain('opened in another browser');
    const first = await asked.browser.open(to);
    expect(first.left?.searchParams.has('code')).toBe(true);
    expect((await asked.browser.open(to)).html).toContain('already answered');
  });

  it('does not count for another user who has signed in to the browser meanwhile', async () => {
    const to = await redirectOf(accept(await ask()));
    const other = await addUser(grantor);
    app.browser.forget('grantor_session');
    await app.browser.signIn(await app.browser.open(`${grantor.issuer}/signin`), other);
    const page = await app.browser.open(to);
    // The other user is asked.
    expect(page.left?.href).toContain(pages.consentUrl);
  });

  it('cannot answer after the user has signed out', async () => {
    const challenge = await ask();
    const out = await app.browser.open(`${grantor.issuer}/signout`);
    await app.browser.submit(out, 'sign-out');
    expect((await accept(challenge)).status).toBe(409);
  });

  it('takes the place of the form of the server, which grants nothing then', async () => {
    await ask();
    const posted = await app.browser.request(`${grantor.issuer}/consent`, {
      method: 'POST',
      body: new URLSearchParams({ decision: 'allow' }),
    });
    expect(posted.status).toBe(403);
  });
});
