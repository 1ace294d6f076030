import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

describe('a page', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it('is in the language of the browser, and says so (RFC 9110 §8.5, §12.5.5)', async () => {
    const browser = new HttpBrowser({ 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' });
    const { html, response } = await browser.open(`${grantor.issuer}/signin`);
    expect(html).toContain('<html lang="de" dir="ltr">');
    expect(html).toContain('<h1>Anmelden</h1>');
    expect(response.headers.get('content-language')).toBe('de');
    expect(response.headers.get('vary')).toBe('Accept-Language');
  });

  it('keeps the language of ui_locales after a failed attempt (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const app = await registerApp(grantor, { name: 'Demo App' });
    const asked = await app.browser.open(app.authorizationUrl({ ui_locales: 'tlh ar' }));
    expect(asked.html).toContain('<html lang="ar" dir="rtl">');
    const failed = await app.browser.signIn(asked, { username: 'ada@example.com', password: 'wrong' });
    expect(failed.html).toContain('<html lang="ar" dir="rtl">');
    expect(failed.html).toContain('اسم المستخدم أو كلمة المرور غير صحيحة');
  });

  it('that refuses a request is in the language of its ui_locales', async () => {
    const { html } = await new HttpBrowser().open(
      `${grantor.issuer}/oauth2/authorize?client_id=unknown&ui_locales=ja`,
    );
    expect(html).toContain('<html lang="ja" dir="ltr">');
  });

  it('never contains what the request says about languages', async () => {
    const attack = '"><script>alert(1)</script>';
    const browser = new HttpBrowser({ 'accept-language': attack });
    const query = new URLSearchParams({ ui_locales: attack });
    const { html, response } = await browser.open(`${grantor.issuer}/signin?${query}`);
    expect(html).toContain('<html lang="en" dir="ltr">');
    expect(html).not.toContain('alert(1)');
    expect(response.headers.get('content-language')).toBe('en');
  });
});
