import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWithButton, type OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { form, type RequestParameters, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const goodbye = 'https://app.example.com/goodbye';

let grantor: TestServer;
let now = Math.floor(Date.now() / 1000);
beforeAll(async () => {
  grantor = await startServer({ clock: () => now });
});
afterAll(() => grantor.stop());

const register = () =>
  registerApp(grantor, { post_logout_redirect_uris: [goodbye, 'https://app.example.com/bye?lang=en'] });

/** The same app in another browser, or of another user. */
const elsewhere = (app: TestApp) => app.inNewBrowser();

const logoutUrl = (parameters: RequestParameters) =>
  `${grantor.issuer}/oauth2/logout?${form(parameters).toString()}`;

const logout = (app: TestApp, parameters: RequestParameters) => app.browser.open(logoutUrl(parameters));

const asks = (page: OpenedPage) => page.html.includes('id="sign-out"') && page.html.includes('id="stay"');

async function isSignedIn(app: TestApp): Promise<boolean> {
  const { left } = await app.browser.open(app.authorizationUrl({ prompt: 'none' }));
  return left?.searchParams.get('error') !== 'login_required';
}

describe('a logout request with an ID token of this session', () => {
  it('ends the session at once and redirects to the registered URI with the state (RP-Initiated Logout 1.0 §2, §3)', async () => {
    const app = await register();
    const { id_token } = await app.tokens();
    const page = await logout(app, {
      id_token_hint: id_token,
      post_logout_redirect_uri: goodbye,
      state: 'a b&c=d',
    });
    expect(page.left?.href).toBe(`${goodbye}?state=a%20b%26c%3Dd`);
    expect(await isSignedIn(app)).toBe(false);
  });

  it('keeps the query of the URI, and adds nothing without a state', async () => {
    const app = await register();
    const bye = 'https://app.example.com/bye?lang=en';
    const first = { id_token_hint: (await app.tokens()).id_token, post_logout_redirect_uri: bye };
    expect((await logout(app, { ...first, state: 's' })).left?.href).toBe(`${bye}&state=s`);
    const second = { id_token_hint: (await app.tokens()).id_token, post_logout_redirect_uri: goodbye };
    expect((await logout(app, second)).left?.href).toBe(goodbye);
  });

  it('clears the cookies, and the old session cookie is invalid', async () => {
    const app = await register();
    const { id_token } = await app.tokens();
    const thief = elsewhere(app);
    const cookie = `grantor_session=${app.browser.cookieValue('grantor_session')}`;
    const { response } = await logout(app, { id_token_hint: id_token });
    expect(response.headers.getSetCookie().filter((set) => /Max-Age=0/.test(set))).toEqual([
      expect.stringMatching(/^grantor_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^grantor_state=; Max-Age=0; Path=\//),
    ]);
    const replay = await thief.browser.request(app.authorizationUrl({ prompt: 'none' }), {
      headers: { cookie },
    });
    expect(replay.headers.get('location')).toContain('login_required');
  });

  it('shows that the user is signed out if no URI was sent', async () => {
    const app = await register();
    const { id_token } = await app.tokens();
    const page = await logout(app, { id_token_hint: id_token });
    expect(page.status).toBe(200);
    expect(page.html).toContain('You are signed out');
    expect(page.html).not.toMatch(/<script|<iframe/);
  });

  it.each(['GET', 'POST'])('is accepted by %s, on both of its paths (§2)', async (method) => {
    for (const path of ['/oauth2/logout', '/auth/logout']) {
      const app = await register();
      const { id_token } = await app.tokens();
      const parameters = form({ id_token_hint: id_token, post_logout_redirect_uri: goodbye });
      const page =
        method === 'GET'
          ? await app.browser.open(`${app.at}${path}?${parameters.toString()}`)
          : await app.browser.open(app.at + path, { method, body: parameters });
      expect(page.left?.href).toBe(goodbye);
      expect(await isSignedIn(app)).toBe(false);
    }
  });

  it('accepts a POST from another site too, without the session cookie', async () => {
    const app = await register();
    const { id_token } = await app.tokens();
    const body = form({ id_token_hint: id_token, post_logout_redirect_uri: goodbye, state: 's' });
    // Sent without cookies, as browsers do with SameSite=Lax.
    const posted = await fetch(`${app.at}/oauth2/logout`, { method: 'POST', body, redirect: 'manual' });
    const location = posted.headers.get('location') ?? '';
    expect(location).not.toContain(id_token);
    expect(await isSignedIn(app)).toBe(true);
    const page = await app.browser.open(new URL(location, app.at).href);
    expect(page.left?.href).toBe(`${goodbye}?state=s`);
    expect(await isSignedIn(app)).toBe(false);
  });

  it('accepts an ID token that has expired (§4)', async () => {
    const app = await register();
    const { id_token } = await app.tokens();
    now += 7200;
    expect(decodeJwt(id_token).exp).toBeLessThan(now);
    const page = await logout(app, { id_token_hint: id_token, post_logout_redirect_uri: goodbye });
    expect(page.left?.href).toBe(goodbye);
  });

  it('accepts one from before a new sign-in in the same session', async () => {
    const app = await register();
    const { id_token } = await app.tokens();
    const page = await app.browser.open(app.authorizationUrl({ prompt: 'login' }));
    await app.browser.signIn(page, app.user);
    expect(
      (await logout(app, { id_token_hint: id_token, post_logout_redirect_uri: goodbye })).left?.href,
    ).toBe(goodbye);
  });

  it('redirects if no user is signed in any more', async () => {
    const app = await register();
    const { id_token } = await app.tokens();
    const request = { id_token_hint: id_token, post_logout_redirect_uri: goodbye, state: 's' };
    await logout(app, request);
    expect((await logout(app, request)).left?.href).toBe(`${goodbye}?state=s`);
  });
});

describe('a logout request without an ID token of this session', () => {
  it('lets the user decide: signing out redirects to the URI (§2)', async () => {
    const app = await register();
    await app.tokens();
    const request = { client_id: app.id, post_logout_redirect_uri: goodbye, state: 's' };
    const page = await logout(app, request);
    expect({ status: page.status, asks: asks(page) }).toEqual({ status: 200, asks: true });
    expect(page.html).toContain('Ada Lovelace');
    expect(await isSignedIn(app)).toBe(true);
    const { left } = await app.browser.submit(page, 'sign-out');
    expect(left?.href).toBe(`${goodbye}?state=s`);
    expect(await isSignedIn(app)).toBe(false);
  });

  it('lets the user decide: staying ends nothing and does not redirect', async () => {
    const app = await register();
    await app.tokens();
    const page = await logout(app, { client_id: app.id, post_logout_redirect_uri: goodbye });
    const stayed = await app.browser.submit(page, 'stay');
    expect(stayed.left).toBeUndefined();
    expect(stayed.html).toContain('You are still signed in');
    expect(await isSignedIn(app)).toBe(true);
  });

  it.each<[string, RequestParameters]>([
    ['nothing at all', {}],
    ['a state alone', { state: 's' }],
    ['a logout_hint and languages alone', { logout_hint: 'ada@example.com', ui_locales: 'de en' }],
  ])('asks if the request has %s, and confirms the sign-out', async (_what, parameters) => {
    const app = await register();
    await app.tokens();
    const page = await logout(app, parameters);
    expect(asks(page)).toBe(true);
    const ended = await app.browser.submit(page, 'sign-out');
    expect({ left: ended.left, html: ended.html }).toMatchObject({
      left: undefined,
      html: expect.stringContaining('You are signed out'),
    });
    expect(await isSignedIn(app)).toBe(false);
  });

  it('asks at /signout too, which users open', async () => {
    const app = await register();
    await app.tokens();
    const page = await app.browser.open(`${app.at}/signout`);
    expect(asks(page)).toBe(true);
    await app.browser.submit(page, 'sign-out');
    expect(await isSignedIn(app)).toBe(false);
    expect((await app.browser.open(`${app.at}/signout`)).html).toContain('You are signed out');
  });

  it('signs out without a redirect if the request expired meanwhile', async () => {
    const app = await register();
    await app.tokens();
    const page = await logout(app, { client_id: app.id, post_logout_redirect_uri: goodbye });
    now += 2 * 86_400;
    const ended = await app.browser.submit(page, 'sign-out');
    expect({ left: ended.left, signedIn: await isSignedIn(app) }).toEqual({
      left: undefined,
      signedIn: false,
    });
  });

  it('asks with a hint for the developer if the request is malformed', async () => {
    const app = await register();
    await app.tokens();
    const page = await app.browser.open(`${app.at}/oauth2/logout?state=a&state=b`);
    expect({ status: page.status, asks: asks(page) }).toEqual({ status: 400, asks: true });
    expect(page.html).toContain('<code>state</code> is sent more than once');
    await app.browser.submit(page, 'sign-out');
    expect(await isSignedIn(app)).toBe(false);
  });

  it('asks again if another user has signed in since the page was shown', async () => {
    const app = await register();
    await app.tokens();
    const page = await logout(app, { client_id: app.id, post_logout_redirect_uri: goodbye });
    const { fields } = formWithButton(page.html, 'sign-out');
    const again = await app.browser.submit(page, 'sign-out', { session: `${fields.session}x` });
    expect(asks(again)).toBe(true);
    expect(await isSignedIn(app)).toBe(true);
  });
});
