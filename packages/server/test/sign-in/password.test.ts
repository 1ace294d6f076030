import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWithButton, HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const alertOf = (html: string) => /role="alert"[\s\S]*?<\/p>/.exec(html)?.[0];

describe('signing in with a password', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer();
    app = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());

  const attempt = async (username: string, password: string, browser = new HttpBrowser()) => {
    const page = await browser.open(app.authorizationUrl());
    return browser.signIn(page, { username, password });
  };

  it('shows the app that requests access and the host of its redirect URI', async () => {
    const page = await new HttpBrowser().open(app.authorizationUrl());
    expect(page.html).toContain('Test app');
    expect(page.html).toContain('app.example.com');
  });

  it('accepts the username in any case and with spaces around it', async () => {
    const page = await attempt(' ADA@Example.com ', grantor.user.password);
    expect(page.html).toContain('id="allow"');
  });

  it('shows the same error for a wrong password and an unknown username, and keeps the username only', async () => {
    const wrong = await attempt(grantor.user.username, 'a wrong password');
    const unknown = await attempt('unknown@example.com', 'a wrong password');
    for (const page of [wrong, unknown]) {
      expect(page.status).toBe(400);
      expect(page.html).toContain('role="alert"');
      expect(page.html).not.toContain('a wrong password');
    }
    expect(alertOf(wrong.html)).toBe(alertOf(unknown.html));
    expect(wrong.html).toContain('value="ada@example.com"');
  });

  it('lets the user try again on the same page', async () => {
    const browser = new HttpBrowser();
    const failed = await attempt(grantor.user.username, 'a wrong password', browser);
    const page = await browser.signIn(failed, grantor.user);
    expect(page.html).toContain('id="allow"');
  });

  it('refuses every password with 429 after ten failures', async () => {
    const other = await startServer();
    const guessed = await registerApp(other);
    const browser = new HttpBrowser();
    const page = await browser.open(guessed.authorizationUrl());
    const { username, password } = other.user;
    for (let attempts = 0; attempts < 10; attempts += 1) {
      expect((await browser.signIn(page, { username, password: 'guess' })).status).toBe(400);
    }
    const refused = await browser.signIn(page, { username, password });
    expect(refused.status).toBe(429);
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
    await other.stop();
  });

  /** Signs in and returns the `Set-Cookie` of the session. */
  async function sessionCookie(browser: HttpBrowser, url = app.authorizationUrl()): Promise<string> {
    const page = await browser.open(url);
    const { action, fields } = formWithButton(page.html, 'sign-in');
    const { username, password } = grantor.user;
    const response = await browser.request(new URL(action, page.url).href, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, username, password }),
    });
    return response.headers.getSetCookie().find((text) => text.startsWith('grantor_session=')) ?? '';
  }

  it('sets a cookie that scripts cannot read and other sites cannot send (RFC 6265bis §5.6)', async () => {
    expect(await sessionCookie(new HttpBrowser())).toMatch(
      /^grantor_session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('signing in again starts a new session and ends the one that the browser had', async () => {
    const browser = new HttpBrowser();
    const [cookie = ''] = (await sessionCookie(browser)).split(';');
    const whereItLeads = async () => {
      const response = await fetch(app.authorizationUrl(), { redirect: 'manual', headers: { cookie } });
      return response.headers.get('location')?.split('?')[0];
    };
    expect(await whereItLeads()).toBe('/consent');

    const again = await sessionCookie(browser, app.authorizationUrl({ prompt: 'login' }));

    expect(again).not.toContain(cookie);
    expect(await whereItLeads()).toBe('/signin');
  });

  it('"Not you?" ends the session and shows the sign-in page', async () => {
    const browser = new HttpBrowser();
    const consent = await attempt(grantor.user.username, grantor.user.password, browser);
    const page = await browser.submit(consent, 'switch-account');
    expect(page.html).toContain('id="sign-in"');
    expect((await browser.open(app.authorizationUrl())).html).toContain('id="sign-in"');
  });
});
