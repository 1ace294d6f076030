import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, registerApp, TestApp } from '../../../../test/kit/test-app.js';
import { registered } from './support.js';

const redirectUri = 'https://diary.example/callback';
const afterwards = 'https://diary.example/bye';

/** An app that registered itself, with a new browser. */
async function unreviewed(grantor: TestServer): Promise<TestApp> {
  const { client_id: id, client_secret: secret } = await registered(grantor, {
    client_name: 'Travel diary',
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [afterwards],
  });
  return new TestApp(grantor.issuer, id, secret, redirectUri, grantor.user);
}

const open = (app: TestApp, parameters: RequestParameters) =>
  app.browser.open(app.authorizationUrl({ state: 'kept', ...parameters }));

const linkOf = (page: OpenedPage): URL | undefined => {
  const [, href] = /<a id="continue"[^>]* href="([^"]*)"/.exec(page.html) ?? [];
  return href === undefined ? undefined : new URL(href.replaceAll('&amp;', '&').replaceAll('&#39;', '%27'));
};

/** A request whose error comes at once, and one that the user denies. */
async function denied(app: TestApp): Promise<OpenedPage> {
  const { username, password } = app.user;
  const page = await app.browser.signIn(await open(app, {}), { username, password });
  return app.browser.submit(page, 'deny');
}
const errors: readonly (readonly [string, string, (app: TestApp) => Promise<OpenedPage>])[] = [
  ['an unknown scope', 'invalid_scope', (app) => open(app, { scope: 'openid nonsense' })],
  ['prompt=none', 'login_required', (app) => open(app, { prompt: 'none' })],
  ['a denial', 'access_denied', denied],
];

/** Sends the logout request of an app that has an ID token of a session, with the session or without. */
async function signOut(app: TestApp, session: 'live' | 'none'): Promise<OpenedPage> {
  const { id_token: hint } = await app.tokens();
  if (session === 'none') app.browser.forget('grantor_session');
  const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: afterwards });
  return app.browser.open(`${app.at}/oauth2/logout?${query.toString()}`);
}

describe('redirects to apps that registered themselves (RFC 9700 §4.11.2)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({
      settings: { registration: 'open', confirmUnreviewedRedirects: 'on' },
    });
  });
  afterAll(() => grantor.stop());

  it.each(errors)(
    'are links for the error of %s, on a page that names the host',
    async (_what, error, ask) => {
      const page = await ask(await unreviewed(grantor));
      expect({ status: page.status, left: page.left }).toEqual({ status: 400, left: undefined });
      expect(page.html.replaceAll(/<[^>]*>/g, '')).toContain('Continue to diary.example');
      const link = linkOf(page);
      expect(`${link?.origin}${link?.pathname}`).toBe(redirectUri);
      expect(link?.searchParams.get('error')).toBe(error);
      expect(link?.searchParams.get('state')).toBe('kept');
    },
  );

  it('are a form that is not sent automatically for form_post', async () => {
    const page = await open(await unreviewed(grantor), { prompt: 'none', response_mode: 'form_post' });
    expect(page.html).toContain(`action="${redirectUri}"`);
    expect(page.html).toContain('name="error" value="login_required"');
    expect(page.html).not.toContain('<script');
    expect(page.response.headers.get('content-security-policy')).not.toContain('script-src');
  });

  it('are automatic for a code, and for apps that the operator registered', async () => {
    expect(await (await unreviewed(grantor)).code()).toBeDefined();
    const reviewed = await registerApp(grantor);
    const page = await open(reviewed, { prompt: 'none' });
    expect(page.left?.searchParams.get('error')).toBe('login_required');
  });

  it('after sign-out are links without a session, and automatic with one', async () => {
    const page = await signOut(await unreviewed(grantor), 'none');
    expect({ status: page.status, left: page.left }).toEqual({ status: 200, left: undefined });
    expect(linkOf(page)?.href).toBe(afterwards);
    expect(page.html.replaceAll(/<[^>]*>/g, '')).toContain('This leads to diary.example');
    expect((await signOut(await unreviewed(grantor), 'live')).left?.href).toBe(afterwards);
  });
});

describe('without GRANTOR_CONFIRM_UNREVIEWED_REDIRECTS (OpenID Connect Core 1.0 §3.1.2.6)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { registration: 'open' } });
  });
  afterAll(() => grantor.stop());

  it.each(errors)('the error of %s is redirected to the app', async (_what, error, ask) => {
    const { left } = await ask(await unreviewed(grantor));
    expect(left?.searchParams.get('error')).toBe(error);
  });

  it('a sign-out without a session is redirected to the app', async () => {
    expect((await signOut(await unreviewed(grantor), 'none')).left?.href).toBe(afterwards);
  });
});
