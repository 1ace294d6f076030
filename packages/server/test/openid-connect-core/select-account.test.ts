import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addGrace } from './support/users.js';

const isChoice = (page: OpenedPage) => page.html.includes('Choose an account');
const isSignIn = (page: OpenedPage) => page.html.includes('id="sign-in"');
const isConsent = (page: OpenedPage) => page.html.includes('id="allow"');
const hasCode = (page: OpenedPage) => page.left?.searchParams.has('code') === true;

const open = (app: TestApp, parameters: Record<string, string>) =>
  app.browser.open(app.authorizationUrl(parameters));

/** Follows the link "Use another account". */
async function another(app: TestApp, page: OpenedPage): Promise<OpenedPage> {
  const [, href = ''] = /<a href="([^"]*)"[^>]*id="another"/.exec(page.html) ?? [];
  return app.browser.open(new URL(href, page.url).href);
}

/** Who the app hears of. */
async function nameOf(app: TestApp, page: OpenedPage): Promise<unknown> {
  const response = await app.exchange(page.left?.searchParams.get('code') ?? '');
  const { access_token: token } = (await response.json()) as { access_token: string };
  return ((await (await app.userinfo(token)).json()) as { name?: unknown }).name;
}

describe('prompt=select_account (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  let grantor: TestServer;
  let grace: TestServer['user'];
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    grace = await addGrace(grantor);
  });
  afterAll(() => grantor.stop());

  /** An app whose user is signed in and has allowed `openid`. */
  async function connected(): Promise<TestApp> {
    const app = await registerApp(grantor, { name: 'Notes' });
    await app.code();
    return app;
  }

  it('offers the signed-in user, and continues with one click', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'select_account' });
    expect(isChoice(page)).toBe(true);
    expect(page.html).toContain('Ada Lovelace');
    expect(page.html).toContain('Notes');
    expect(hasCode(await app.browser.submit(page, 'continue'))).toBe(true);
  });

  it('lets another user sign in instead', async () => {
    const app = await registerApp(grantor);
    await app.code({ scope: 'openid profile' });
    const page = await open(app, { prompt: 'select_account', scope: 'openid profile' });
    const signIn = await another(app, page);
    expect(isSignIn(signIn)).toBe(true);
    const consent = await app.browser.signIn(signIn, grace);
    expect(isConsent(consent)).toBe(true);
    expect(await nameOf(app, await app.browser.submit(consent, 'allow'))).toBe('Grace Hopper');
  });

  it('asks who it is if no user is signed in', async () => {
    const app = await registerApp(grantor);
    const page = await open(app, { prompt: 'select_account', login_hint: 'grace@example.com' });
    expect(isSignIn(page)).toBe(true);
    expect(page.html).toContain('value="grace@example.com"');
  });

  it('asks each time, also after a choice', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'select_account' });
    await app.browser.submit(page, 'continue');
    expect(isChoice(await open(app, { prompt: 'select_account' }))).toBe(true);
  });

  it('cannot be skipped by opening the consent page', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'select_account' });
    const consent = await app.browser.open(page.url.replace('/signin/account?', '/consent?'));
    expect(isChoice(consent)).toBe(true);
  });

  it('with consent: asks for the account, then for consent', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'select_account consent' });
    expect(isChoice(page)).toBe(true);
    const consent = await app.browser.submit(page, 'continue');
    expect(isConsent(consent)).toBe(true);
    expect(hasCode(await app.browser.submit(consent, 'allow'))).toBe(true);
  });

  it('with login: requires a new sign-in; one click is not sufficient', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'login select_account' });
    expect(isSignIn(page)).toBe(true);
    const { username, password } = app.user;
    expect(hasCode(await app.browser.signIn(page, { username, password }))).toBe(true);
  });

  it('with max_age: an old sign-in cannot be chosen', async () => {
    const app = await connected();
    now += 61;
    expect(isSignIn(await open(app, { prompt: 'select_account', max_age: '60' }))).toBe(true);
  });

  it('with none is refused (§3.1.2.1)', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'none select_account' });
    expect(page.left?.searchParams.get('error')).toBe('invalid_request');
  });

  it('a choice counts only for the user that the page showed', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'select_account' });
    // Another user signs in in another window.
    const elsewhere = await app.browser.open(`${grantor.issuer}/signin`);
    if (isSignIn(elsewhere)) throw new Error('the user should be signed in already');
    const login = await open(app, { prompt: 'login' });
    await app.browser.signIn(login, grace);
    const answered = await app.browser.submit(page, 'continue');
    expect(isChoice(answered)).toBe(true);
    expect(answered.html).toContain('Grace Hopper');
  });

  it('a form of another site has no effect: cross-site request forgery', async () => {
    const app = await connected();
    const page = await open(app, { prompt: 'select_account' });
    const ticket = new URL(page.url).searchParams.get('ticket') ?? '';
    const response = await app.browser.request(`${grantor.issuer}/signin/account`, {
      method: 'POST',
      body: new URLSearchParams({ ticket }),
    });
    expect(response.status).toBe(403);
  });
});
