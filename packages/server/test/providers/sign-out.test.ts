import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { leave, linkOf } from './leave.js';
import { StubProvider } from './stub-provider.js';

let provider: StubProvider;
let grantor: TestServer;
let app: TestApp;
let sub: string;

beforeAll(async () => {
  provider = await StubProvider.start();
  provider.metadata = { end_session_endpoint: `${provider.issuer}/end?tenant=1` };
  const common = { name: 'Corp', issuer: provider.issuer, clientId: 'grantor', clientSecret: 'secret' };
  grantor = await startServer({
    settings: {
      signInsPerAddress: 1_000_000,
      providers: [
        { ...common, id: 'offers' },
        { ...common, id: 'always', signOut: 'always' },
        { ...common, id: 'never', signOut: 'never' },
      ],
    },
  });
  app = await registerApp(grantor, {
    name: 'Photo Printer',
    postLogoutRedirectUris: ['https://app.example.com/bye'],
  });
});
afterAll(async () => {
  await grantor.stop();
  await provider.stop();
});
beforeEach(() => {
  sub = randomUUID();
  app = app.inNewBrowser();
});

/** Signs in at the provider and allows the app. @returns the ID token of the app */
async function signIn(id: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const page = await app.browser.open(app.authorizationUrl());
  const request = await leave(app.browser, page, `with-${id}`);
  const consent = await app.browser.open(provider.allow(request, { claims: { sub, ...claims } }).href);
  const { left } = consent.left === undefined ? await app.browser.submit(consent, 'allow') : consent;
  const response = await app.exchange(left?.searchParams.get('code') ?? '');
  return ((await response.json()) as { id_token: string }).id_token;
}

const bye = { post_logout_redirect_uri: 'https://app.example.com/bye', state: 'of the app' };

/** The logout request of the app, with its ID token. */
const signOut = (idToken: string, parameters: Readonly<Record<string, string>> = bye): Promise<OpenedPage> =>
  app.browser.open(
    `${grantor.issuer}/oauth2/logout?${new URLSearchParams({ id_token_hint: idToken, ...parameters }).toString()}`,
  );

/** The link to the provider on the signed-out page. */
const offerOf = (page: OpenedPage) => linkOf(page, 'sign-out-at-provider');

/** Comes back from the provider. */
const comeBack = ({ searchParams }: URL, browser = app.browser, changes = {}) =>
  browser.open(
    `${searchParams.get('post_logout_redirect_uri')}?${new URLSearchParams({
      state: searchParams.get('state') ?? '',
      ...changes,
    }).toString()}`,
  );

describe('signing out after a sign-in at a provider', () => {
  it('offers to sign out at the provider, with its ID token, and continues to the app from there (RP-Initiated Logout 1.0 §2, §3)', async () => {
    const page = await signOut(await signIn('offers'));
    expect(page.html).toContain('You are still signed in at Corp.');
    expect(page.html).toContain('Sign out of Corp too');
    // The user need not follow it.
    expect(page.html).toContain('href="https://app.example.com/bye?state=of%20the%20app"');
    const offer = offerOf(page);
    if (offer === undefined) throw new Error(page.html);
    expect(offer.origin + offer.pathname).toBe(`${provider.issuer}/end`);
    expect(Object.fromEntries(offer.searchParams)).toEqual({
      tenant: '1',
      id_token_hint: provider.idTokens.at(-1),
      client_id: 'grantor',
      post_logout_redirect_uri: `${grantor.issuer}/signout/continue`,
      state: expect.any(String),
    });
    const { left } = await comeBack(offer);
    expect(left?.href).toBe('https://app.example.com/bye?state=of%20the%20app');
  });

  it('does so for a user who signs out on the page of the server, and comes back to it', async () => {
    await signIn('offers');
    const asked = await app.browser.open(`${grantor.issuer}/signout`);
    const offer = offerOf(await app.browser.submit(asked, 'sign-out'));
    if (offer === undefined) throw new Error('no offer');
    const back = await comeBack(offer);
    expect(back.html).toContain('You are signed out');
    expect(back.html).not.toContain('id="continue"');
  });

  it('knows the session at the provider after a second factor as well', async () => {
    await signIn('offers');
    const found = await grantor.server.store.externalIdentities.find('offers', sub);
    const authenticator = await addAuthenticator(grantor, { id: found?.account.id ?? '' });
    const browser = new HttpBrowser();
    const { left } = await browser.open(`${grantor.issuer}/signin/with/offers`);
    const asked = await browser.open(provider.allow(left as URL, { claims: { sub } }).href);
    const code = authenticator.codeAt(Math.floor(Date.now() / 1000));
    expect((await browser.submit(asked, 'verify', { code })).url).toBe(`${grantor.issuer}/account`);
    const page = await browser.submit(await browser.open(`${grantor.issuer}/signout`), 'sign-out');
    expect(offerOf(page)?.searchParams.get('id_token_hint')).toBe(provider.idTokens.at(-1));
  });

  it('leads to the provider without a question where the operator sets it', async () => {
    const { left } = await signOut(await signIn('always'));
    expect(left?.href).toMatch(`${provider.issuer}/end`);
    expect((await comeBack(left as URL)).left?.origin).toBe('https://app.example.com');

    // Browsers apply form-action to the redirects after a form, so that its response is a page with a link.
    await signIn('always');
    const asked = await app.browser.open(`${grantor.issuer}/signout`);
    const page = await app.browser.submit(asked, 'sign-out');
    expect(page.html).toContain('You are being signed out of Corp too.');
    expect(page.html).toMatch(/<a id="continue"[^>]* href="[^"]*\/end\?/);
  });

  it('leaves the provider alone where the operator sets it, and for a user who signed in another way', async () => {
    expect((await signOut(await signIn('never'))).left?.origin).toBe('https://app.example.com');
    const { id_token: idToken } = await app.inNewBrowser().tokens();
    expect(offerOf(await signOut(idToken, {}))).toBeUndefined();
  });

  it('signs out here if the provider has no address for it or cannot be reached', async () => {
    const idToken = await signIn('offers');
    const silent = await StubProvider.start();
    const server = await startServer({
      settings: {
        providers: [{ id: 'silent', issuer: silent.issuer, clientId: 'grantor', clientSecret: 'secret' }],
      },
    });
    try {
      const browser = new HttpBrowser();
      const { left } = await browser.open(`${server.issuer}/signin/with/silent`);
      await browser.open(silent.allow(left as URL, { claims: { sub } }).href);
      const asked = await browser.open(`${server.issuer}/signout`);
      const page = await browser.submit(asked, 'sign-out');
      expect(page.html).toContain('You can close this window now.');
      expect(offerOf(page)).toBeUndefined();
    } finally {
      await server.stop();
      await silent.stop();
    }
    expect((await signOut(idToken)).status).toBe(200);
  });

  it('keeps no ID token that is too long for an address, and the provider then asks the user', async () => {
    const offer = offerOf(await signOut(await signIn('offers', { padding: 'x'.repeat(4000) })));
    expect(offer?.searchParams.has('id_token_hint')).toBe(false);
    expect(offer?.searchParams.get('client_id')).toBe('grantor');
  });

  it('continues to no app with a state that is changed, of another browser or for another purpose', async () => {
    const offer = offerOf(await signOut(await signIn('offers')));
    if (offer === undefined) throw new Error('no offer');
    const expectNoRedirect = ({ left, status, html }: OpenedPage) => {
      expect([left, status]).toEqual([undefined, 200]);
      expect(html).not.toContain('app.example.com');
    };
    const state = offer.searchParams.get('state') ?? '';
    expectNoRedirect(await comeBack(offer, new HttpBrowser()));
    for (const changed of [`${state}x`, state.slice(1), '', 'https://evil.example/', '{}']) {
      expectNoRedirect(await comeBack(offer, app.browser, { state: changed }));
    }
    expectNoRedirect(await app.browser.open(`${grantor.issuer}/signout/continue`));
  });
});
