import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';
import {
  multiFactorContext,
  passkeyContext,
  passwordContext,
  unspecifiedContext,
} from '../../src/accounts/authentication-context.js';

let now = Math.floor(Date.now() / 1000);
let grantor: TestServer;
let app: TestApp;
beforeAll(async () => {
  grantor = await startServer({ clock: () => now });
  app = await registerApp(grantor);
});
afterAll(() => grantor.stop());

const essential = (...values: string[]): RequestParameters => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
});

/** A user whose session was opened with a password before they set up an authenticator app. */
async function signedInByPassword() {
  now += 60;
  const user = await addUser(grantor);
  const own = app.inNewBrowser(user);
  await own.code();
  return { user, own, browser: own.browser };
}

/** The same user, who has set one up since. */
async function enrolledAfterwards() {
  const signedIn = await signedInByPassword();
  const authenticator = await addAuthenticator(grantor, signedIn.user);
  return { ...signedIn, code: () => authenticator.codeAt(now) };
}

const asksForCode = (page: OpenedPage) => page.html.includes('id="verify"');

async function idTokenOf(own: TestApp, left: URL | undefined) {
  const response = await own.exchange(left?.searchParams.get('code') ?? '');
  return decodeJwt(((await response.json()) as { id_token: string }).id_token);
}

describe('step-up', () => {
  it.each([
    ['acr_values (OpenID Connect Core 1.0 §3.1.2.1)', { acr_values: multiFactorContext }],
    ['an essential acr (§5.5.1.1)', essential(multiFactorContext)],
    ['one of several acr (§5.5.1.1)', essential('urn:example:gold', multiFactorContext)],
  ])('asks for the missing factor only with %s', async (_, parameters) => {
    const { own, browser, code } = await enrolledAfterwards();
    const sid = decodeJwt((await own.tokens()).id_token).sid;
    const signedInAt = now;
    now += 120;
    const asked = await browser.open(own.authorizationUrl(parameters));
    expect(asksForCode(asked)).toBe(true);
    expect(asked.html).not.toContain('name="password"');
    expect(asked.html).not.toContain('name="remember"');
    const { left } = await browser.submit(asked, 'verify', { code: code() });
    const told = { acr: multiFactorContext, amr: ['pwd', 'otp', 'mfa'], sid };
    const idToken = await idTokenOf(own, left);
    expect(idToken).toMatchObject(told);
    // The older factor decides how recent a sign-in is.
    expect(idToken.auth_time).toBeLessThanOrEqual(signedInAt);
    expect(await browser.open(own.authorizationUrl(parameters))).toMatchObject({ html: '' });
  });

  it('asks with default_acr_values of the app (OpenID Connect Registration 1.0 §2)', async () => {
    const { user } = await enrolledAfterwards();
    const wishing = (await registerApp(grantor, { default_acr_values: [multiFactorContext] })).inNewBrowser(
      user,
    );
    const page = await wishing.browser.open(wishing.authorizationUrl());
    expect(asksForCode(await wishing.browser.signIn(page, user))).toBe(true);
  });

  it('does not ask with voluntary acr_values if the user has set up no such factor', async () => {
    const { own } = await signedInByPassword();
    const idToken = decodeJwt(
      (await own.tokens({ acr_values: `${passkeyContext} ${multiFactorContext}` })).id_token,
    );
    expect(idToken.acr).toBe(passwordContext);
  });

  it('refuses an essential acr that the user cannot reach (§5.5.1.1)', async () => {
    const { own } = await signedInByPassword();
    const left = await own.authorize(essential(multiFactorContext));
    expect(left.searchParams.get('error')).toBe('unmet_authentication_requirements');
    const enrolled = await enrolledAfterwards();
    const other = await enrolled.own.authorize(essential(passkeyContext));
    expect(other.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('asks nothing with prompt=none: an essential acr is login_required, a voluntary one is not (§3.1.2.6)', async () => {
    const { own, browser } = await enrolledAfterwards();
    const silent = (parameters: RequestParameters) =>
      browser.open(own.authorizationUrl({ ...parameters, prompt: 'none' }));
    const refused = await silent(essential(multiFactorContext));
    expect(refused.left?.searchParams.get('error')).toBe('login_required');
    expect((await silent({ acr_values: multiFactorContext })).left?.searchParams.has('code')).toBe(true);
  });

  it('asks for the code of a remembered device too', async () => {
    const { user, own, browser, code } = await enrolledAfterwards();
    browser.forget('grantor_session');
    const asked = await browser.signIn(await browser.open(`${grantor.issuer}/signin`), user);
    await browser.submit(asked, 'verify', { code: code(), remember: 'yes' });
    browser.forget('grantor_session');
    const page = await browser.signIn(
      await browser.open(own.authorizationUrl({ acr_values: multiFactorContext })),
      user,
    );
    expect(asksForCode(page)).toBe(true);
  });

  it('reports the requested acr that a stronger sign-in satisfies', async () => {
    const { own } = await signedInByPassword();
    for (const acr of [unspecifiedContext, passwordContext]) {
      expect(decodeJwt((await own.tokens(essential(acr))).id_token).acr).toBe(acr);
    }
  });

  it('asks for both factors where max_age is exceeded (§3.1.2.1)', async () => {
    const { user, own, browser, code } = await enrolledAfterwards();
    now += 120;
    const url = own.authorizationUrl({ acr_values: multiFactorContext, max_age: '60' });
    const page = await browser.open(url);
    expect(page.html).toContain('id="sign-in"');
    const asked = await browser.signIn(page, user);
    const { left } = await browser.submit(asked, 'verify', { code: code() });
    expect((await idTokenOf(own, left)).auth_time).toBe(now);
  });

  it('does not survive a sign-out, nor does its page work for another session of the browser', async () => {
    const { own, browser, code } = await enrolledAfterwards();
    const asked = await browser.open(own.authorizationUrl({ acr_values: multiFactorContext }));
    browser.forget('grantor_session');
    const other = await addUser(grantor);
    await browser.signIn(await browser.open(`${grantor.issuer}/signin`), other);
    const refused = await browser.submit(asked, 'verify', { code: code() });
    expect(refused.html).toContain('id="sign-in-again"');
  });
});

describe('acr_values_supported (OpenID Connect Discovery 1.0 §3)', () => {
  it('lists what sign-ins to this deployment can reach', async () => {
    const response = await new HttpBrowser().request(`${grantor.issuer}/.well-known/openid-configuration`);
    const { acr_values_supported: listed } = (await response.json()) as { acr_values_supported: string[] };
    expect(listed).toEqual([unspecifiedContext, passwordContext, multiFactorContext, passkeyContext]);
  });
});
