import { hash } from '@node-rs/argon2';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addAuthenticator, type TestAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser, PASSWORD, type TestUser } from '../../../../test/kit/users.js';
import { multiFactorContext } from '../../src/accounts/authentication-context.js';

let now = Math.floor(Date.now() / 1000);
let grantor: TestServer;
let app: TestApp;
beforeAll(async () => {
  grantor = await startServer({ clock: () => now, settings: { signInsPerAddress: 10_000 } });
  app = await registerApp(grantor);
});
afterAll(() => grantor.stop());

interface Enrolled {
  readonly user: TestUser;
  readonly authenticator: TestAuthenticator;
}

/** A user with an authenticator app whose next code was never used. */
async function addEnrolled(): Promise<Enrolled> {
  now += 60;
  const user = await addUser(grantor);
  return { user, authenticator: await addAuthenticator(grantor, user) };
}

/** Opens the app's request and sends the password. */
async function signInWith(
  user: TestUser,
  browser: HttpBrowser,
  url = app.authorizationUrl(),
): Promise<OpenedPage> {
  const page = await browser.open(url);
  return browser.signIn(page, user);
}

const asksForCode = (page: OpenedPage) => page.html.includes('id="verify"');
const asksForConsent = (page: OpenedPage) => page.html.includes('id="allow"');

describe('a user with an authenticator app', () => {
  it('signs in with password and code, which acr and amr say (RFC 8176 §2)', async () => {
    const { user, authenticator } = await addEnrolled();
    const browser = new HttpBrowser();
    const asked = await signInWith(user, browser);
    expect(asksForCode(asked)).toBe(true);
    const consent = await browser.submit(asked, 'verify', { code: authenticator.codeAt(now) });
    const left = (await browser.submit(consent, 'allow')).left;
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    expect(decodeJwt(idToken)).toMatchObject({
      sub: user.id,
      acr: multiFactorContext,
      amr: ['pwd', 'otp', 'mfa'],
      auth_time: now,
    });
  });

  it('has no session after the password alone', async () => {
    const { user } = await addEnrolled();
    const browser = new HttpBrowser();
    const asked = await signInWith(user, browser);
    expect(browser.cookieValue('grantor_session')).toBeUndefined();
    expect(browser.cookieValue('grantor_known_browser')).toBeUndefined();
    const ticket = new URL(asked.url).searchParams.get('ticket') ?? '';
    const consent = await browser.open(`${grantor.issuer}/consent?ticket=${ticket}`);
    expect(consent.html).toContain('id="sign-in"');
  });

  it('signs in without an app too, and reads the page in the language of the account', async () => {
    const { user, authenticator } = await addEnrolled();
    await grantor.server.store.accounts.update(user.id, () => ({ claims: { locale: 'de' }, updatedAt: now }));
    const browser = new HttpBrowser();
    const asked = await signInWith(user, browser, `${grantor.issuer}/signin`);
    expect(asked.html).toContain('Bestätigen Sie, dass Sie es sind');
    const home = await browser.submit(asked, 'verify', { code: authenticator.codeAt(now) });
    expect(new URL(home.url).pathname).toBe('/account');
    expect(browser.cookieValue('grantor_session')).toBeDefined();
  });

  it('cannot use a code twice, nor one of an earlier time step (RFC 6238 §5.2)', async () => {
    const { user, authenticator } = await addEnrolled();
    const code = authenticator.codeAt(now);
    const first = new HttpBrowser();
    expect(asksForConsent(await first.submit(await signInWith(user, first), 'verify', { code }))).toBe(true);
    const second = new HttpBrowser();
    const asked = await signInWith(user, second);
    for (const used of [code, authenticator.codeAt(now - 30)]) {
      const refused = await second.submit(asked, 'verify', { code: used });
      expect(refused.status).toBe(400);
      expect(asksForCode(refused)).toBe(true);
    }
    now += 30;
    const code2 = authenticator.codeAt(now);
    expect(asksForConsent(await second.submit(asked, 'verify', { code: code2 }))).toBe(true);
  });

  it('can type the code with spaces and in full-width digits', async () => {
    const { user, authenticator } = await addEnrolled();
    const browser = new HttpBrowser();
    const wide = Array.from(authenticator.codeAt(now)).map((digit) =>
      String.fromCharCode(digit.charCodeAt(0) + 0xfee0),
    );
    const code = ` ${wide.slice(0, 3).join('')} ${wide.slice(3).join('')} `;
    expect(asksForConsent(await browser.submit(await signInWith(user, browser), 'verify', { code }))).toBe(
      true,
    );
  });

  it('can use each recovery code once, in any case and without hyphens', async () => {
    const { user, authenticator } = await addEnrolled();
    const code = authenticator.recoveryCodes[0]?.toLowerCase().replaceAll('-', '') ?? '';
    const [first, second] = [new HttpBrowser(), new HttpBrowser()];
    expect(asksForConsent(await first.submit(await signInWith(user, first), 'verify', { code }))).toBe(true);
    expect((await second.submit(await signInWith(user, second), 'verify', { code })).status).toBe(400);
    const events = await grantor.server.store.audit.list(
      { limit: 10, after: null },
      { type: 'recovery_code.used', accountId: user.id },
    );
    expect(events.items).toHaveLength(1);
  });

  it('signs in where the sign-in has replaced a password hash of other costs', async () => {
    now += 60;
    const passwordHash = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    const user = await addUser(grantor, { passwordHash });
    const authenticator = await addAuthenticator(grantor, user);
    const browser = new HttpBrowser();
    const asked = await signInWith(user, browser);
    const current = await grantor.server.store.accounts.find(user.id);
    expect(current?.passwordHash).not.toBe(passwordHash);
    const code = authenticator.codeAt(now);
    expect(asksForConsent(await browser.submit(asked, 'verify', { code }))).toBe(true);
  });

  it('is not asked where the deployment has turned second factors off', async () => {
    const other = await startServer({ settings: { secondFactor: 'off' } });
    const plain = await registerApp(other);
    await addAuthenticator(other, other.user);
    const browser = new HttpBrowser();
    const page = await browser.signIn(await browser.open(plain.authorizationUrl()), other.user);
    expect(asksForConsent(page)).toBe(true);
    await other.stop();
  });
});

describe('the step between password and code', () => {
  it('is refused in another browser, and gives it nothing', async () => {
    const { user, authenticator } = await addEnrolled();
    const asked = await signInWith(user, new HttpBrowser(), `${grantor.issuer}/signin`);
    const thief = new HttpBrowser();
    await thief.open(`${grantor.issuer}/signin`);
    const stolen = await thief.open(asked.url);
    expect(stolen.status).toBe(400);
    expect(stolen.html).toContain('id="sign-in-again"');
    const form = await thief.submit(await thief.open(`${grantor.issuer}/signin`), 'sign-in', {});
    expect(form.status).toBe(400);
    const step = new URL(asked.url).searchParams.get('step') ?? '';
    const token = /name="csrf_token" value="([^"]*)"/.exec(form.html)?.[1] ?? '';
    const sent = await thief.open(`${grantor.issuer}/signin/second-factor`, {
      method: 'POST',
      body: new URLSearchParams({ csrf_token: token, step, code: authenticator.codeAt(now) }),
    });
    expect(sent.status).toBe(400);
    expect(thief.cookieValue('grantor_session')).toBeUndefined();
  });

  it('is refused once it has opened a session', async () => {
    const { user, authenticator } = await addEnrolled();
    const browser = new HttpBrowser();
    const asked = await signInWith(user, browser, `${grantor.issuer}/signin`);
    await browser.submit(asked, 'verify', { code: authenticator.codeAt(now) });
    now += 30;
    const again = await browser.submit(asked, 'verify', { code: authenticator.codeAt(now) });
    expect(again.html).toContain('id="sign-in-again"');
  });

  it('is refused after ten minutes, and after the password has changed', async () => {
    const { user, authenticator } = await addEnrolled();
    const browser = new HttpBrowser();
    const changed = await signInWith(user, browser);
    await bodyOf(grantor.api('PATCH', `/accounts/${user.id}`, { password: 'another-password' }), 200);
    const code = authenticator.codeAt(now);
    expect((await browser.submit(changed, 'verify', { code })).html).toContain('id="sign-in-again"');
    const late = await signInWith({ ...user, password: 'another-password' }, browser);
    now += 600;
    const refused = await browser.submit(late, 'verify', { code: authenticator.codeAt(now) });
    expect(refused.html).toContain('id="sign-in-again"');
    expect(browser.cookieValue('grantor_session')).toBeUndefined();
  });

  it.each(['', 'text', 'AAAA', '%00'])('is refused as "%s", with a page', async (step) => {
    const browser = new HttpBrowser();
    for (const path of ['second-factor', 'set-up']) {
      const page = await browser.open(`${grantor.issuer}/signin/${path}?step=${step}`);
      expect(page.status).toBe(400);
      expect(page.html).toContain('id="sign-in-again"');
    }
  });
});

describe('guessing codes', () => {
  it('ends after ten wrong codes for an account, but not for the browser that its owner has used', async () => {
    const { user, authenticator } = await addEnrolled();
    const owner = new HttpBrowser();
    const first = await signInWith(user, owner, `${grantor.issuer}/signin`);
    await owner.submit(first, 'verify', { code: authenticator.codeAt(now) });
    const thief = new HttpBrowser();
    const asked = await signInWith(user, thief);
    for (let guess = 0; guess < 10; guess += 1) {
      expect((await thief.submit(asked, 'verify', { code: 'guess' })).status).toBe(400);
    }
    now += 60;
    const right = await thief.submit(asked, 'verify', { code: authenticator.codeAt(now) });
    expect(right.status).toBe(429);
    expect(Number(right.response.headers.get('retry-after'))).toBeGreaterThan(0);
    owner.forget('grantor_session');
    const again = await signInWith(user, owner);
    const code = authenticator.codeAt(now);
    expect(asksForConsent(await owner.submit(again, 'verify', { code }))).toBe(true);
  });

  it('ends after thirty wrong codes in a day, from any number of sign-ins, also simultaneous ones', async () => {
    const { user, authenticator } = await addEnrolled();
    const begin = async () => {
      const browser = new HttpBrowser();
      const asked = await signInWith(user, browser, `${grantor.issuer}/signin`);
      return (code: string) => browser.submit(asked, 'verify', { code });
    };
    for (let hour = 0; hour < 3; hour += 1) {
      const [first, second] = [await begin(), await begin()];
      const guesses = Array.from({ length: 11 }, (_, index) => (index % 2 === 0 ? first : second)('guess'));
      const statuses = (await Promise.all(guesses)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 400)).toHaveLength(10);
      expect(statuses).toContain(429);
      now += 3600;
    }
    const right = await begin();
    expect((await right(authenticator.codeAt(now))).status).toBe(429);
    const owner = await begin();
    expect((await owner(authenticator.recoveryCodes[0] ?? '')).url).toBe(`${grantor.issuer}/account`);
    now += 86_400;
    expect((await (await begin())(authenticator.codeAt(now))).url).toBe(`${grantor.issuer}/account`);
  });
});

describe('a remembered device', () => {
  const remember = async ({ user, authenticator }: Enrolled, browser: HttpBrowser) => {
    const asked = await signInWith(user, browser, `${grantor.issuer}/signin`);
    await browser.submit(asked, 'verify', { code: authenticator.codeAt(now), remember: 'yes' });
    browser.forget('grantor_session');
  };

  it('needs no code for that account until it expires', async () => {
    const enrolled = await addEnrolled();
    const browser = new HttpBrowser();
    await remember(enrolled, browser);
    expect(asksForConsent(await signInWith(enrolled.user, browser))).toBe(true);
    const other = await addEnrolled();
    browser.forget('grantor_session');
    expect(asksForCode(await signInWith(other.user, browser))).toBe(true);
    now += 30 * 86_400;
    browser.forget('grantor_session');
    expect(asksForCode(await signInWith(enrolled.user, browser))).toBe(true);
  });

  it('is remembered for two accounts, with a new token each time', async () => {
    const [one, other] = [await addEnrolled(), await addEnrolled()];
    const browser = new HttpBrowser();
    browser.plant('grantor_remembered_device', 'p'.repeat(43));
    await remember(one, browser);
    const cookie = browser.cookieValue('grantor_remembered_device') ?? '';
    expect(cookie.startsWith('p')).toBe(false);
    await remember(other, browser);
    for (const { user } of [one, other]) {
      browser.forget('grantor_session');
      expect(asksForConsent(await signInWith(user, browser))).toBe(true);
    }
  });

  it('is forgotten when the password changes', async () => {
    const enrolled = await addEnrolled();
    const browser = new HttpBrowser();
    await remember(enrolled, browser);
    await bodyOf(
      grantor.api('PATCH', `/accounts/${enrolled.user.id}`, { password: 'another-password' }),
      200,
    );
    const page = await signInWith({ ...enrolled.user, password: 'another-password' }, browser);
    expect(asksForCode(page)).toBe(true);
  });

  it('is not offered where it is off', async () => {
    const other = await startServer({ settings: { rememberDeviceDays: 0 }, clock: () => now });
    const authenticator = await addAuthenticator(other, other.user);
    const browser = new HttpBrowser();
    const asked = await browser.signIn(await browser.open(`${other.issuer}/signin`), other.user);
    expect(asked.html).not.toContain('name="remember"');
    await browser.submit(asked, 'verify', { code: authenticator.codeAt(now), remember: 'yes' });
    expect(browser.cookieValue('grantor_remembered_device')).toBeUndefined();
    await other.stop();
  });
});
