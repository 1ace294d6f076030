import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';
import { stepAt, totpAt } from '../../src/accounts/totp.js';
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
    const href = /id="continue"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*id="continue"/.exec(shown.html);
    const next = (href?.[1] ?? href?.[2] ?? '').replaceAll('&amp;', '&');
    const consent = await browser.open(grantor.issuer + next);
    expect(consent.html).toContain('id="allow"');

    const other = new HttpBrowser();
    const asked = await signInWith(admin, other);
    expect(asked.html).toContain('id="verify"');
    const again = await other.submit(asked, 'verify', { code: totpAt(keyOn(page.html), stepAt(now)) });
    expect(again.status).toBe(400);
    const recovered = await other.submit(asked, 'verify', { code: codes[0] ?? '' });
    expect(recovered.html).toContain('id="allow"');
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
