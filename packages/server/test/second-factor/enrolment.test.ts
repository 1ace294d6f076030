import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passkeyOptionsOn, TestPasskey } from '../../../../test/kit/authenticator.js';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';
import { passkeyContext } from '../../src/accounts/authentication-context.js';
import { stepAt, totpAt } from '../../src/accounts/factors/totp.js';
import { keyOn } from './support.js';

let now = Math.floor(Date.now() / 1000);
let grantor: TestServer;
let app: TestApp;
beforeAll(async () => {
  grantor = await startServer({ clock: () => now, settings: { secondFactor: 'administrators' } });
  app = await registerApp(grantor);
});
afterAll(() => grantor.stop());

async function signInWith(
  user: TestUser,
  browser: HttpBrowser,
  url = app.authorizationUrl(),
): Promise<OpenedPage> {
  return browser.signIn(await browser.open(url), user);
}

/** Sends a new passkey with the form of the page. */
function sendPasskey(browser: HttpBrowser, page: OpenedPage, passkey = new TestPasskey(grantor.issuer)) {
  return browser.submit(page, 'passkey', { credential: passkey.create(passkeyOptionsOn(page)) });
}

/** Where the page with the recovery codes leads. */
function continueHref({ html }: OpenedPage): string {
  const [tag = ''] = /<a[^>]*id="continue"[^>]*>/.exec(html) ?? [];
  return grantor.issuer + (/href="([^"]+)"/.exec(tag)?.[1] ?? '').replaceAll('&amp;', '&');
}

describe('a deployment that requires a second factor of administrators', () => {
  it('lets an administrator set one up at sign-in, and shows recovery codes once', async () => {
    const admin = await addUser(grantor, { isAdmin: true });
    const browser = new HttpBrowser();
    const page = await signInWith(admin, browser);
    expect(page.html).toContain('<svg class="qr" role="img"');
    expect(browser.cookieValue('grantor_session')).toBeUndefined();
    const wrong = await browser.submit(page, 'confirm', { code: '000' });
    expect(wrong.status).toBe(400);
    expect(keyOn(wrong.html)).toEqual(keyOn(page.html));
    const shown = await browser.submit(wrong, 'confirm', { code: totpAt(keyOn(page.html), stepAt(now)) });
    const codes = [...shown.html.matchAll(/<code>([A-Z2-7-]{19})<\/code>/g)].map(([, code]) => code ?? '');
    expect(new Set(codes).size).toBe(10);
    const consent = await browser.open(continueHref(shown));
    expect(consent.html).toContain('id="allow"');

    const other = new HttpBrowser();
    const asked = await signInWith(admin, other);
    expect(asked.html).toContain('id="verify"');
    const again = await other.submit(asked, 'verify', { code: totpAt(keyOn(page.html), stepAt(now)) });
    expect(again.status).toBe(400);
    const recovered = await other.submit(asked, 'verify', { code: codes[0] ?? '' });
    expect(recovered.html).toContain('id="allow"');
  });

  it('lets an administrator set up a passkey instead, and shows recovery codes once (RFC 8176 §2)', async () => {
    const admin = await addUser(grantor, { isAdmin: true });
    const browser = new HttpBrowser();
    const page = await signInWith(admin, browser);
    const passkey = new TestPasskey(grantor.issuer);
    const shown = await sendPasskey(browser, page, passkey);
    expect(shown.html.match(/<code>[A-Z2-7-]{19}<\/code>/g)).toHaveLength(10);
    const consent = await browser.open(continueHref(shown));
    const { left } = await browser.submit(consent, 'allow');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    expect(decodeJwt(idToken)).toMatchObject({ acr: passkeyContext, amr: ['pwd', 'pop', 'user', 'mfa'] });

    const other = new HttpBrowser();
    const asked = await signInWith(admin, other);
    const credential = passkey.get(passkeyOptionsOn(asked));
    await other.submit(asked, 'passkey', { credential });
    expect(other.cookieValue('grantor_session')).toBeDefined();
    const lost = new HttpBrowser();
    const again = await signInWith(admin, lost);
    const [, code = ''] = /<code>([A-Z2-7-]{19})<\/code>/.exec(shown.html) ?? [];
    await lost.submit(again, 'verify', { code });
    expect(lost.cookieValue('grantor_session')).toBeDefined();
  });

  it('adds one passkey for several simultaneous sign-ins, and opens one session', async () => {
    const admin = await addUser(grantor, { isAdmin: true });
    const browsers = [new HttpBrowser(), new HttpBrowser(), new HttpBrowser()];
    const opened = await Promise.all(
      browsers.map(async (browser) => ({ browser, page: await signInWith(admin, browser) })),
    );
    const sent = await Promise.all(opened.map(({ browser, page }) => sendPasskey(browser, page)));
    expect(sent.filter(({ html }) => html.includes('id="recovery-codes"'))).toHaveLength(1);
    expect(sent.filter(({ html }) => html.includes('id="sign-in-again"'))).toHaveLength(2);
    expect(browsers.filter((browser) => browser.cookieValue('grantor_session') !== undefined)).toHaveLength(
      1,
    );
    expect(await grantor.server.store.passkeys.listOf(admin.id)).toHaveLength(1);
  });

  it('refuses a passkey that answers the page of another sign-in, or nothing', async () => {
    const [admin, other] = [
      await addUser(grantor, { isAdmin: true }),
      await addUser(grantor, { isAdmin: true }),
    ];
    const browser = new HttpBrowser();
    const theirs = await signInWith(other, new HttpBrowser());
    const page = await signInWith(admin, browser);
    for (const credential of ['', new TestPasskey(grantor.issuer).create(passkeyOptionsOn(theirs))]) {
      const refused = await browser.submit(page, 'passkey', { credential });
      expect([refused.status, refused.html.includes('The passkey could not be used.')]).toEqual([400, true]);
      expect(refused.html).toContain('id="totp-key"');
    }
    expect(browser.cookieValue('grantor_session')).toBeUndefined();
  });

  it('asks no second factor of other users who have set up none', async () => {
    const user = await addUser(grantor);
    expect((await signInWith(user, new HttpBrowser())).html).toContain('id="allow"');
  });

  it('does not let the password alone add a factor to an account that has one', async () => {
    const admin = await addUser(grantor, { isAdmin: true });
    const browser = new HttpBrowser();
    const page = await signInWith(admin, browser);
    await addAuthenticator(grantor, admin);
    const code = totpAt(keyOn(page.html), stepAt(now));
    const refused = await browser.submit(page, 'confirm', { code });
    expect(refused.html).toContain('id="sign-in-again"');
    const asked = await signInWith(admin, browser);
    const setUp = asked.url.replace('/signin/second-factor', '/signin/set-up');
    expect((await browser.open(setUp)).html).toContain('id="sign-in-again"');
  });

  it('refuses the key of another account, and one that is too old', async () => {
    const [admin, other] = [
      await addUser(grantor, { isAdmin: true }),
      await addUser(grantor, { isAdmin: true }),
    ];
    const browser = new HttpBrowser();
    const theirs = await signInWith(other, browser);
    const page = await signInWith(admin, browser);
    const setup = /name="setup" value="([^"]*)"/.exec(theirs.html)?.[1] ?? '';
    const code = totpAt(keyOn(theirs.html), stepAt(now));
    expect((await browser.submit(page, 'confirm', { code, setup })).html).toContain('id="sign-in-again"');
    now += 600;
    const late = await browser.submit(page, 'confirm', { code: totpAt(keyOn(page.html), stepAt(now)) });
    expect(late.html).toContain('id="sign-in-again"');
  });
});
