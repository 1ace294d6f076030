import { decodeJwt, type JWTPayload } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { IndependentProvider } from './independent-provider.js';
import { leave, linkOf } from './leave.js';

const CLIENT = { id: 'grantor', secret: 'a secret: 100% & more' };
const mary = { name: 'Mary Somerville', locale: 'en-GB', email: 'mary@example.com', email_verified: true };

let provider: IndependentProvider;
let grantor: TestServer;
let app: TestApp;
beforeAll(async () => {
  provider = await IndependentProvider.listen();
  const { id: clientId, secret: clientSecret } = CLIENT;
  const common = { name: 'Corp', issuer: provider.issuer, clientId, clientSecret };
  grantor = await startServer({
    settings: { providers: [{ ...common, id: 'corp', trust: { email: 'verified' } }] },
  });
  await provider.open(
    {
      ...CLIENT,
      redirectUri: `${grantor.issuer}/signin/with/corp/callback`,
      metadata: {
        post_logout_redirect_uris: [`${grantor.issuer}/signout/continue`],
        backchannel_logout_uri: `${grantor.issuer}/signin/with/corp/logout`,
        backchannel_logout_session_required: true,
      },
    },
    { mary, charles: { name: 'Charles Babbage', email: 'charles@example.com', email_verified: false } },
  );
  app = await registerApp(grantor);
});
afterAll(async () => {
  await grantor.stop();
  await provider.stop();
});

/** Signs in there, in a new browser, and allows the app: the redirect to it. */
async function signIn(username: string, parameters: Readonly<Record<string, string>> = {}): Promise<URL> {
  app = app.inNewBrowser();
  const start = await app.browser.open(
    app.authorizationUrl({ scope: 'openid profile email', ...parameters }),
  );
  const there = new HttpBrowser();
  const form = await there.open((await leave(app.browser, start, 'with-corp')).href);
  const { left: response } = await there.signIn(form, { username, password: 'any' });
  const page = await app.browser.open(response?.href ?? '');
  // The consent of the first sign-in is remembered.
  const { left } = page.left === undefined ? await app.browser.submit(page, 'allow') : page;
  if (left === undefined) throw new Error(`the browser stayed at ${page.url}`);
  return left;
}

/** The claims that the app gets of the user, from the UserInfo endpoint and the ID token. */
async function claimsOf(callback: URL): Promise<Record<string, unknown>> {
  const response = await app.exchange(callback.searchParams.get('code') ?? '');
  const tokens = (await response.json()) as Record<string, string>;
  const userinfo = (await (await app.userinfo(tokens.access_token ?? '')).json()) as object;
  const idToken: JWTPayload = decodeJwt(tokens.id_token ?? '');
  return { ...userinfo, ...idToken };
}

it('a user of oidc-provider gets an account with the claims from there, and signs in to it a second time (OpenID Connect Core 1.0 §3.1)', async () => {
  const claims = await claimsOf(await signIn('mary'));
  expect(claims).toMatchObject({ iss: grantor.issuer, ...mary });

  expect(await claimsOf(await signIn('mary'))).toMatchObject({ sub: claims.sub, name: mary.name });
  const found = await grantor.server.store.externalIdentities.find('corp', 'mary');
  expect(found?.account.id).toBe(claims.sub);
});

it('repeats the time of the sign-in at oidc-provider where the app requires a recent one (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
  const start = Math.floor(Date.now() / 1000);
  const { auth_time: authTime, ...claims } = await claimsOf(await signIn('charles', { prompt: 'login' }));
  expect(authTime).toBeGreaterThanOrEqual(start);
  expect(claims).toMatchObject({ name: 'Charles Babbage' });
  expect(claims).not.toHaveProperty('email');
});

it('signs the user out at oidc-provider, which ends the other session that came from there (RP-Initiated Logout 1.0 §2, Back-Channel Logout 1.0 §2.5)', async () => {
  // One session there, two browsers here.
  const there = new HttpBrowser();
  const [first, second] = [new HttpBrowser(), new HttpBrowser()];
  for (const browser of [first, second]) {
    const { left } = await browser.open(`${grantor.issuer}/signin/with/corp`);
    const page = await there.open(left?.href ?? '');
    const back = page.left ?? (await there.signIn(page, { username: 'mary', password: 'any' })).left;
    await browser.open(back?.href ?? '');
    expect((await browser.request(`${grantor.issuer}/account`)).status).toBe(200);
  }
  const asked = await first.open(`${grantor.issuer}/signout`);
  const offer = linkOf(await first.submit(asked, 'sign-out'), 'sign-out-at-provider');
  const question = await there.open(offer?.href ?? '');
  const { left: done } = await there.submit(question, 'confirm');
  expect(done?.href).toMatch(`${grantor.issuer}/signout/continue?state=`);
  expect((await first.open(done?.href ?? '')).html).toContain('You are signed out');
  expect((await second.request(`${grantor.issuer}/account`)).status).not.toBe(200);
});
