import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const SIGN_OUT = 'https://example.com/sign-out?from=grantor';
const AFTER = 'https://app.example.com/bye';

describe('the sign-out page of the operator', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ settings: { signOutUrl: SIGN_OUT } });
    app = await registerApp(grantor, { post_logout_redirect_uris: [AFTER] });
  });
  afterAll(() => grantor.stop());

  /** Signs in and out by the app, and returns where the browser leaves the server. */
  async function signOut(): Promise<URL> {
    const { id_token: hint } = await app.tokens();
    const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: AFTER, state: 's' });
    const { left } = await app.browser.open(`${grantor.issuer}/oauth2/logout?${query.toString()}`);
    if (left === undefined) throw new Error('the browser stayed');
    return left;
  }

  const returnOf = (left: URL) => left.searchParams.get('return_to') ?? '';

  it('gets the browser after the session has ended, and sends it on to the app (RP-Initiated Logout 1.0 §2)', async () => {
    const left = await signOut();
    expect(left.href).toMatch(/^https:\/\/example\.com\/sign-out\?from=grantor&return_to=/);
    expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
    expect(returnOf(left)).toMatch(new RegExp(`^${grantor.issuer}/signout/continue\\?next=`));
    const back = await app.browser.open(returnOf(left));
    expect(back.left?.href).toBe(`${AFTER}?state=s`);
  });

  it('is no open redirect: another browser, or changed text, leads to a page of the server', async () => {
    const link = returnOf(await signOut());
    const elsewhere = await new HttpBrowser().open(link);
    const changed = await app.browser.open(`${link.slice(0, -6)}AAAAAA`);
    const missing = await app.browser.open(`${grantor.issuer}/signout/continue`);
    for (const page of [elsewhere, changed, missing]) {
      expect([page.status, page.left]).toEqual([200, undefined]);
    }
  });

  it('may be reached by the sign-out form', async () => {
    await app.tokens();
    const page = await app.browser.open(`${grantor.issuer}/signout`);
    expect(page.response.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://example.com",
    );
    const { left } = await app.browser.submit(page, 'sign-out');
    expect((await app.browser.open(returnOf(left ?? new URL(AFTER)))).html).toContain('signed out');
  });
});
