import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { checkPage } from '../../../../test/kit/page-checks.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';
import { stepAt, totpAt } from '../../src/accounts/factors/totp.js';
import { keyOn } from '../second-factor/support.js';

let grantor: TestServer;
let browser: Browser;
beforeAll(async () => {
  [grantor, browser] = await Promise.all([
    startServer({ settings: { secondFactor: 'administrators' } }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await grantor.stop();
});

/** A page in a new context with a virtual authenticator, as the DevTools protocol makes it. */
async function openWithAuthenticator(locale = 'en'): Promise<{
  context: BrowserContext;
  page: Page;
  cdp: CDPSession;
  id: string;
}> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { context, page, cdp, id };
}

async function signIn(page: Page, { username, password }: TestUser): Promise<void> {
  await page.fill('#username', username);
  await page.fill('#password', password);
  await page.click('#sign-in');
}

/** Adds a passkey on the account page, and signs out. */
async function addPasskey(page: Page, user: TestUser): Promise<void> {
  await page.goto(`${grantor.issuer}/account/passkeys`);
  await signIn(page, user);
  await page.fill('#new-name', 'Virtual key');
  await page.click('#passkey');
  await page.waitForSelector('text=The passkey was added.');
  await page.context().clearCookies({ name: 'grantor_session' });
}

describe('a passkey in Chromium', () => {
  it('is added on the account page, and signs in with the button or from the username field', async () => {
    const user = await addUser(grantor);
    const { context, page } = await openWithAuthenticator();
    await addPasskey(page, user);
    expect(await grantor.server.store.passkeys.listOf(user.id)).toMatchObject([
      { name: 'Virtual key', transports: ['internal'] },
    ]);

    // The authenticator fills in the passkey without a click, as the user does by choosing it in the field.
    await page.goto(`${grantor.issuer}/signin`);
    await page.waitForURL('**/account');
    await context.clearCookies({ name: 'grantor_session' });

    // A browser that offers passkeys on request only.
    await page.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = async () => false;
    });
    await page.goto(`${grantor.issuer}/signin`);
    await page.click('#passkey');
    await page.waitForURL('**/account');
    await context.close();
  });

  it('is set up in a sign-in that requires a second factor', async () => {
    const admin = await addUser(grantor, { isAdmin: true });
    const { context, page } = await openWithAuthenticator();
    await page.goto(`${grantor.issuer}/signin`);
    await signIn(page, admin);
    await page.click('#passkey');
    await page.waitForSelector('#recovery-codes');
    await page.click('#continue');
    await page.waitForURL('**/account');
    await context.close();
  });

  it('is the second factor after a password', async () => {
    const user = await addUser(grantor);
    const { context, page, cdp, id } = await openWithAuthenticator();
    await addPasskey(page, user);
    await addAuthenticator(grantor, user);
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: id, enabled: false });
    await page.goto(`${grantor.issuer}/signin`);
    await signIn(page, user);
    await page.waitForSelector('#verify');
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: id, enabled: true });
    await page.click('#passkey');
    await page.waitForURL('**/account');
    await context.close();
  });

  it('leaves the other ways if it fails', async () => {
    const user = await addUser(grantor);
    const { context, page, cdp, id } = await openWithAuthenticator();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
    await page.goto(`${grantor.issuer}/signin`);
    expect(await page.isVisible('#passkey-failed')).toBe(false);
    await page.click('#passkey');
    await page.waitForSelector('#passkey-failed');
    await signIn(page, user);
    await page.waitForURL('**/account');
    await context.close();
  });
});

it.each(['en', 'ar'])('the pages of second factors are well made, in %s', async (language) => {
  const admin = await addUser(grantor, { isAdmin: true });
  const { context, page, cdp, id } = await openWithAuthenticator(language);
  const look = () => checkPage(page, { language });

  await page.goto(`${grantor.issuer}/signin`);
  await signIn(page, admin);
  await page.waitForSelector('#confirm');
  await page.fill('#code', '000');
  await page.click('#confirm');
  await page.waitForSelector('#code-error');
  await look();
  const key = keyOn(await page.content());
  await page.fill('#code', totpAt(key, stepAt(Math.floor(Date.now() / 1000))));
  await page.click('#confirm');
  await page.waitForSelector('#recovery-codes');
  await look();
  const recoveryCode = await page.textContent('#recovery-codes code');
  await page.click('#continue');
  await page.waitForURL('**/account');

  await page.goto(`${grantor.issuer}/account/passkeys`);
  await look();
  await page.fill('#new-name', 'Virtual key');
  await page.click('#passkey');
  await page.waitForSelector('[role=status]');
  await look();
  await context.clearCookies({ name: 'grantor_session' });

  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: id, enabled: false });
  await page.goto(`${grantor.issuer}/signin`);
  await look();
  await signIn(page, admin);
  await page.waitForSelector('#verify');
  await page.fill('#code', '000');
  await page.click('#verify');
  await page.waitForSelector('#code-error');
  await look();
  await page.fill('#code', recoveryCode ?? '');
  await page.check('#remember');
  await page.click('#verify');
  await page.waitForURL('**/account');
  await page.goto(`${grantor.issuer}/account/second-factor`);
  await look();
  await context.close();
});

describe('a page without scripts', () => {
  it('has no button for passkeys, and the password works', async () => {
    const user = await addUser(grantor);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${grantor.issuer}/signin`);
    expect(await page.isVisible('#passkey')).toBe(false);
    await signIn(page, user);
    await page.waitForURL('**/account');
    await page.goto(`${grantor.issuer}/account/passkeys`);
    expect(await page.isVisible('#passkey')).toBe(false);
    expect(await page.textContent('main')).toContain('Passkeys need JavaScript in your browser.');
    await context.close();
  });

  it('asks for the code of the authenticator app where a passkey would do as well', async () => {
    const user = await addUser(grantor);
    const withScripts = await openWithAuthenticator();
    await addPasskey(withScripts.page, user);
    await withScripts.context.close();
    const authenticator = await addAuthenticator(grantor, user);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${grantor.issuer}/signin`);
    await signIn(page, user);
    expect(await page.isVisible('#passkey')).toBe(false);
    await page.fill('#code', authenticator.codeAt(Math.floor(Date.now() / 1000)));
    await page.click('#verify');
    await page.waitForURL('**/account');
    await context.close();
  });
});
