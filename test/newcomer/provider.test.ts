import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../kit/api-calls.js';
import { launchBrowser } from '../kit/chromium.js';
import { checkPage } from '../kit/page-checks.js';
import { startServer, type TestServer } from '../kit/servers.js';
import { registerApp, type TestApp, type TestTokens } from '../kit/test-app.js';
import { addUser, type TestUser } from '../kit/users.js';
import { visit } from './visit.js';
import { heading, signIn } from './walk.js';

/** Two servers: the one that apps know, and the one whose users sign in to it. */
let provider: TestServer;
let grantor: TestServer;
let browser: Browser;
beforeAll(async () => {
  [provider, browser] = await Promise.all([
    // Both are at localhost, where cookies do not tell ports apart.
    startServer({ path: '/provider', settings: { outboundHosts: ['localhost'] } }),
    launchBrowser(),
  ]);
  const client = await provider.register({
    name: 'Grantor',
    redirectUris: ['https://later.example/callback'],
  });
  grantor = await startServer({
    settings: {
      providers: [
        {
          id: 'head-office',
          name: 'Head Office',
          issuer: provider.issuer,
          clientId: client.client_id,
          clientSecret: client.client_secret,
          trust: { email: 'verified' },
        },
      ],
    },
  });
  const metadata = {
    redirectUris: [`${grantor.issuer}/signin/with/head-office/callback`],
    post_logout_redirect_uris: [`${grantor.issuer}/signout/continue`],
    backchannel_logout_uri: `${grantor.issuer}/signin/with/head-office/logout`,
  };
  await bodyOf(provider.api('PUT', `/clients/${client.client_id}`, metadata), 200);
});
afterAll(async () => {
  await browser.close();
  await grantor.stop();
  await provider.stop();
});

const appOf = () =>
  registerApp(grantor, {
    name: 'Photo Printer',
    redirectUris: [`${grantor.issuer}/health`],
    post_logout_redirect_uris: [`${grantor.issuer}/health`],
  });

/** What a page needs at all widths and in all colour schemes; it is the same without scripts. */
async function expectGoodLooks(page: Page, name: string, isChecked: boolean): Promise<void> {
  if (isChecked) await checkPage(page, { picture: `provider-${name}` });
}

describe.each([[true], [false]])('with scripts: %s', (javaScriptEnabled) => {
  it('a user of the head office signs in to an app, and the account has the name and the address from there', async () => {
    const user = await addUser(provider, { name: 'Mary Somerville' });
    const app = await appOf();
    const { page, complaints } = await visit(browser, { javaScriptEnabled });
    await page.goto(app.authorizationUrl({ scope: 'openid email' }));
    await expectGoodLooks(page, 'sign-in', javaScriptEnabled);
    await page.click('#with-head-office');
    expect(page.url()).toContain(provider.issuer);
    await signIn(page, user);
    await page.click('#allow');
    expect(page.url()).toContain(`${grantor.issuer}/consent`);
    await page.click('#allow');
    expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
    const account = await grantor.server.store.accounts.findByLogin(user.username);
    expect(account).toMatchObject({ name: 'Mary Somerville', email: user.email, emailVerified: true });
    expect(complaints).toEqual([]);
  });

  it('a user with the same email address in both signs in to both before they are connected', async () => {
    const user: TestUser = await addUser(provider);
    await addUser(grantor, { username: user.username, password: 'another-password' });
    const { page, complaints } = await visit(browser, { javaScriptEnabled });
    await page.goto(`${grantor.issuer}/signin`);
    await page.click('#with-head-office');
    await signIn(page, user);
    await page.click('#allow');
    expect(await heading(page)).toBe('Head Office is not connected with an account here');
    await expectGoodLooks(page, 'not-connected', javaScriptEnabled);

    await page.click('#to-account');
    await signIn(page, { ...user, password: 'another-password' });
    expect(await heading(page)).toBe('Linked accounts');
    await expectGoodLooks(page, 'section', javaScriptEnabled);
    await page.click('#connect-head-office');
    await confirmAtProvider(page);
    expect(await heading(page)).toBe('Connect Head Office?');
    await expectGoodLooks(page, 'question', javaScriptEnabled);
    await page.click('#connect');
    expect(await page.textContent('main')).toContain('The account was connected');
    await expectGoodLooks(page, 'connected', javaScriptEnabled);
    expect(complaints).toEqual([]);
  });

  it('a user on the way to an app connects the head office with an account, and comes to the app', async () => {
    const user: TestUser = await addUser(provider);
    await addUser(grantor, { username: user.username, password: 'another-password' });
    const app = await appOf();
    const { page, complaints } = await visit(browser, { javaScriptEnabled });
    await page.goto(app.authorizationUrl());
    await page.click('#with-head-office');
    await signIn(page, user);
    await page.click('#allow');
    await expectGoodLooks(page, 'not-connected-yet', javaScriptEnabled);
    await page.click('#to-account');
    await signIn(page, { ...user, password: 'another-password' });
    expect(await heading(page)).toBe('Connect Head Office?');
    await expectGoodLooks(page, 'question-on-the-way', javaScriptEnabled);
    await page.click('#connect');
    await page.click('#allow');
    expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
    expect(complaints).toEqual([]);
  });

  it('a user who signs out of an app signs out at the head office too and comes back to the app, and is signed out here when the head office ends the session (RP-Initiated Logout 1.0 §2, Back-Channel Logout 1.0 §2.5)', async () => {
    const user = await addUser(provider);
    const app = await appOf();
    const { page, complaints } = await visit(browser, { javaScriptEnabled });
    const idToken = await signInToApp(page, app, user);
    const query = new URLSearchParams({
      id_token_hint: idToken,
      post_logout_redirect_uri: app.redirectUri,
      state: 'bye',
    });
    await page.goto(`${grantor.issuer}/oauth2/logout?${query.toString()}`);
    expect(await page.textContent('main')).toContain('You are still signed in at Head Office.');
    await expectGoodLooks(page, 'signed-out', javaScriptEnabled);
    await page.click('#sign-out-at-provider');
    expect(page.url()).toBe(`${app.redirectUri}?state=bye`);
    await page.goto(`${provider.issuer}/account`);
    expect(await page.locator('#sign-in').count()).toBe(1);

    // The head office ends the session of its own accord.
    await signInToApp(page, app, user);
    await bodyOf(provider.api('PATCH', `/accounts/${user.id}`, { disabled: true }), 200);
    await expect
      .poll(async () => {
        await page.goto(`${grantor.issuer}/account`);
        return page.locator('#sign-in').count();
      })
      .toBe(1);
    expect(complaints).toEqual([]);
  });
});

/** Signs in to the app with a user of the head office. @returns the ID token of the app */
async function signInToApp(page: Page, app: TestApp, user: TestUser): Promise<string> {
  await page.goto(app.authorizationUrl());
  await page.click('#with-head-office');
  if ((await page.locator('#sign-in').count()) > 0) await signIn(page, user);
  while ((await page.locator('#allow').count()) > 0) await page.click('#allow');
  const response = await app.exchange(new URL(page.url()).searchParams.get('code') ?? '');
  return ((await response.json()) as TestTokens).id_token;
}

/** The head office asks which account to continue with. */
async function confirmAtProvider(page: Page): Promise<void> {
  for (const id of ['#continue', '#allow']) {
    if ((await page.locator(id).count()) > 0) await page.click(id);
  }
}
