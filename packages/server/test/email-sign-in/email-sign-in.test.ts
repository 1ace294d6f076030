import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newestEvents } from '../../../../test/kit/audit-events.js';
import { formWithButton, HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser, disableUser, type NewUser, type TestUser } from '../../../../test/kit/users.js';
import { unspecifiedContext } from '../../src/accounts/authentication-context.js';
import { comparable, type MailingServer } from '../sign-up/support.js';
import { askForCode, readSignInMail, type SignInMail, SUBJECT, startWithEmail, wrong } from './support.js';

let now = Math.floor(Date.now() / 1000);
let server: MailingServer;
let app: TestApp;
beforeAll(async () => {
  server = await startWithEmail({ clock: () => now, settings: { signInsPerAddress: 10_000 } });
  app = await registerApp(server.grantor);
});
afterAll(() => server.stop());

const newUser = (fields: NewUser = {}) => addUser(server.grantor, { createdAt: now - 86_400, ...fields });

/** A user who has asked for a mail, and got it. */
interface Asked extends SignInMail {
  readonly user: TestUser;
  readonly browser: HttpBrowser;
  readonly page: OpenedPage;
}

async function ask(fields: NewUser = {}, browser = new HttpBrowser(), ticket?: string): Promise<Asked> {
  const user = await newUser(fields);
  const page = await askForCode(server, user.username, browser, ticket);
  return { user, browser, page, ...readSignInMail(await server.smtp.take(user.username, SUBJECT)) };
}

const hasSession = (browser: HttpBrowser) => browser.cookieValue('grantor_session') !== undefined;
const at = (path: string) => server.grantor.issuer + path;
const ticketOf = (page: OpenedPage) => new URL(page.url).searchParams.get('ticket') ?? '';

describe('a sign-in by email', () => {
  it('signs in with the code in the mail, which acr and amr say (RFC 8176 §2)', async () => {
    const browser = new HttpBrowser();
    const signIn = await browser.open(app.authorizationUrl());
    expect(signIn.html).toContain('id="by-email"');
    const { user, page, code } = await ask({}, browser, ticketOf(signIn));
    const consent = await browser.submit(page, 'verify', { code });
    const { left } = await browser.submit(consent, 'allow');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    expect(decodeJwt(idToken)).toMatchObject({ sub: user.id, acr: unspecifiedContext, amr: ['otp'] });
    const events = (await newestEvents(server.grantor)).filter(({ accountId }) => accountId === user.id);
    expect(events).toContainEqual(expect.objectContaining({ type: 'session.started', via: 'email' }));
  });

  it('signs in with the link, whose page changes nothing until its button is pressed', async () => {
    const browser = new HttpBrowser();
    const { link } = await ask({}, browser, ticketOf(await browser.open(app.authorizationUrl())));
    const pages = [await browser.open(link), await browser.open(link)];
    expect([pages.map(({ status }) => status), hasSession(browser)]).toEqual([[200, 200], false]);
    const consent = await browser.submit(await browser.open(link), 'sign-in-by-email');
    expect(consent.html).toContain('id="allow"');
    expect(hasSession(browser)).toBe(true);
  });

  it.each([
    ['ada@example.com', 'ada@example.com'],
    ["'><b>&amp;@example.com", ''],
    ["o'hara&co@example.com", 'o&#39;hara&amp;co@example.com'],
    ['ada', ''],
  ])(
    'fills in login_hint=%s if it is an email address, escaped (OpenID Connect Core 1.0 §3.1.2.1)',
    async (hint, value) => {
      const browser = new HttpBrowser();
      const signIn = await browser.open(app.authorizationUrl({ login_hint: hint }));
      const page = await browser.open(at(`/signin/email?ticket=${ticketOf(signIn)}`));
      expect(/<input[^>]*id="email"[^>]*>/.exec(page.html)?.[0]).toContain(`value="${value}"`);
    },
  );

  it('keeps the address that the user has sent, whatever login_hint says', async () => {
    const browser = new HttpBrowser();
    const signIn = await browser.open(app.authorizationUrl({ login_hint: 'ada@example.com' }));
    const page = await askForCode(server, 'grace', browser, ticketOf(signIn));
    expect(page.status).toBe(400);
    expect(/<input[^>]*id="email"[^>]*>/.exec(page.html)?.[0]).toContain('value="grace"');
  });

  it('takes the code without its space, and in full-width digits', async () => {
    const { browser, page, code } = await ask();
    const wide = Array.from(code.replace(' ', ''), (digit) =>
      String.fromCharCode(digit.charCodeAt(0) + 0xfee0),
    );
    expect((await browser.submit(page, 'verify', { code: wide.join('') })).url).toBe(at('/account'));
  });

  it('asks for the second factor of the user; both codes are one kind of factor (RFC 8176 §2)', async () => {
    const user = await newUser();
    const authenticator = await addAuthenticator(server.grantor, user);
    const browser = new HttpBrowser();
    const signIn = await browser.open(app.authorizationUrl());
    const page = await askForCode(server, user.username, browser, ticketOf(signIn));
    const { code } = readSignInMail(await server.smtp.take(user.username, SUBJECT));
    const asked = await browser.submit(page, 'verify', { code });
    expect([asked.html.includes('id="verify"'), hasSession(browser)]).toEqual([true, false]);
    const consent = await browser.submit(asked, 'verify', { code: authenticator.codeAt(now) });
    const { left } = await browser.submit(consent, 'allow');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    expect(decodeJwt(idToken)).toMatchObject({ acr: unspecifiedContext, amr: ['otp', 'mfa'] });
  });

  it('cannot change the factors of the account with the code alone, if the user has some', async () => {
    const { user, browser, page, code } = await ask();
    await browser.submit(page, 'verify', { code });
    const authenticator = await addAuthenticator(server.grantor, user);
    const factors = await browser.open(at('/account/second-factor'));
    expect(factors.html).not.toContain('id="turn-off"');
    const step = await browser.submit(factors, 'confirm');
    const shown = await browser.submit(step, 'verify', { code: authenticator.codeAt(now) });
    expect(shown.html).toContain('id="turn-off"');
  });

  it('is off unless the operator turns it on, and needs a mail server', async () => {
    const plain = await startServer();
    const browser = new HttpBrowser();
    expect((await browser.open(`${plain.issuer}/signin`)).html).not.toContain('by-email');
    for (const path of ['', '/code', '/link']) {
      expect((await browser.open(`${plain.issuer}/signin/email${path}`)).status).toBe(404);
    }
    await plain.stop();
    await expect(startServer({ settings: { emailSignIn: 'on' } })).rejects.toThrow(
      'A mail server is needed for GRANTOR_EMAIL_SIGN_IN. Set GRANTOR_SMTP_URL and GRANTOR_MAIL_FROM.',
    );
  });
});

describe('a stranger', () => {
  it('does not learn whether an account exists: same pages, same work, same waits, and a mail', async () => {
    const { store } = server.grantor.server;
    const withoutPassword = await newUser({ passwordHash: null });
    const id = randomUUID();
    const username = `${id}@example.com`;
    await store.externalIdentities.createAccount(
      { ...withoutPassword, id, username, email: username },
      {
        provider: 'directory',
        subject: id,
        accountId: id,
        label: null,
        managesProfile: true,
        createdAt: now,
        lastUsedAt: now,
      },
    );
    const emails = {
      known: (await newUser()).username,
      withoutPassword: withoutPassword.username,
      unknown: `${randomUUID()}@example.com`,
      disabled: (await newUser({ disabledAt: now })).username,
      unverified: (await newUser({ emailVerified: false })).username,
      ofDirectory: username,
    };
    const seen: unknown[] = [];
    for (const email of Object.values(emails)) {
      const spies = [
        vi.spyOn(store.accounts, 'findByLogin'),
        vi.spyOn(store.externalIdentities, 'list'),
        vi.spyOn(store.accountLinks, 'create'),
        vi.spyOn(store.accountLinks, 'find'),
        vi.spyOn(store.accountLinks, 'spend'),
      ];
      const browser = new HttpBrowser();
      const asked = await askForCode(server, email, browser);
      const pages = [asked];
      for (let guess = 0; guess < 6; guess += 1) {
        pages.push(await browser.submit(asked, 'verify', { code: '1' }));
      }
      seen.push({
        pages: pages.map((page) => ({
          status: page.status,
          text: comparable(page, email).replaceAll(/name="request" value="[^"]*"/g, ''),
          headers: [...page.response.headers.keys()],
        })),
        calls: spies.map((spy) => spy.mock.calls.length),
      });
      for (const spy of spies) spy.mockRestore();
    }
    expect(seen[0]).toMatchObject({ calls: [7, 7, 1, 7, 0] });
    for (const one of seen) expect(one).toEqual(seen[0]);
    const subjects: Record<string, string> = {};
    for (const [name, email] of Object.entries(emails)) {
      subjects[name] = (await server.smtp.take(email)).subject;
    }
    const nothing = 'No account at Grantor with this address';
    expect(subjects).toEqual({
      known: 'Your code to sign in to Grantor',
      withoutPassword: 'Your code to sign in to Grantor',
      unknown: nothing,
      disabled: nothing,
      unverified: nothing,
      ofDirectory: nothing,
    });
  });

  it('can try five codes for a mail, and ten for an address within an hour, whatever the mails', async () => {
    const { user, browser, page, code } = await ask();
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => browser.submit(page, 'verify', { code: wrong(code) })),
    );
    const statuses = guesses.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([...Array(5).fill(400), ...Array(7).fill(429)]);
    expect((await browser.submit(page, 'verify', { code })).status).toBe(429);
    // The other attempts counted for the address as well.
    const next = new HttpBrowser();
    const again = await askForCode(server, user.username, next);
    const right = readSignInMail(await server.smtp.take(user.username, SUBJECT)).code;
    expect((await next.submit(again, 'verify', { code: right })).status).toBe(429);
    now += 3600;
    const later = await ask({}, next);
    expect((await next.submit(later.page, 'verify', { code: later.code })).url).toBe(at('/account'));
  });

  it('cannot keep the owner out of a browser that they have used', async () => {
    const { user, browser, page, code } = await ask();
    await browser.submit(page, 'verify', { code });
    browser.forget('grantor_session');
    for (let mail = 0; mail < 11; mail += 1) {
      const thief = new HttpBrowser();
      const asked = await askForCode(server, user.username, thief);
      expect(asked.status).toBe(mail < 9 ? 200 : 429);
      if (mail < 2) {
        for (let guess = 0; guess < 5; guess += 1) await thief.submit(asked, 'verify', { code: '0' });
      }
    }
    for (let mail = 0; mail < 9; mail += 1) await server.smtp.take(user.username, SUBJECT);
    const own = await askForCode(server, user.username, browser);
    const mail = readSignInMail(await server.smtp.take(user.username, SUBJECT));
    expect((await browser.submit(own, 'verify', { code: mail.code })).url).toBe(at('/account'));
  });

  it('cannot flood a mailbox: ten mails a day, whether or not an account has it', async () => {
    for (const email of [(await newUser()).username, `${randomUUID()}@example.com`]) {
      const statuses = await Promise.all(
        Array.from({ length: 12 }, async () => (await askForCode(server, email, new HttpBrowser())).status),
      );
      expect(statuses.toSorted((a, b) => a - b)).toEqual([...Array(10).fill(200), 429, 429]);
    }
  });

  it.each(['', 'text', 'ada@', '%00', 'a@b@c'])(
    'gets 400 for "%s" instead of an email address',
    async (email) => {
      expect((await askForCode(server, email, new HttpBrowser())).status).toBe(400);
    },
  );

  it.each(['', 'text', '%00', 'A'.repeat(43)])(
    'gets 400 for "%s" as the request or the token',
    async (text) => {
      const browser = new HttpBrowser();
      await browser.open(at('/signin/email'));
      for (const path of ['code?request', 'link?token']) {
        expect((await browser.open(at(`/signin/email/${path}=${text}`))).status).toBe(400);
      }
    },
  );
});

describe('a code and a link', () => {
  it('work in the browser that asked for them only (login CSRF, session fixation)', async () => {
    const { browser, page, code, link } = await ask();
    const victim = new HttpBrowser();
    await victim.open(at('/signin'));
    for (const url of [page.url, link]) {
      const shown = await victim.open(url);
      expect([shown.status, shown.html.includes('<form')]).toEqual([400, false]);
      expect(shown.html).toContain('Continue in the other browser');
      expect(shown.html).not.toContain(code);
    }
    // The forms of the attacker, with the form token of the victim.
    const { fields } = formWithButton((await victim.open(at('/signin'))).html, 'sign-in');
    const csrf = fields.csrf_token ?? '';
    const forms = [
      [page, 'verify', { code }],
      [await browser.open(link), 'sign-in-by-email', {}],
    ] as const;
    for (const [form, button, more] of forms) {
      const sent = await victim.submit(form, button, { ...more, csrf_token: csrf });
      expect(sent.html).toContain('Continue in the other browser');
    }
    expect(hasSession(victim)).toBe(false);
    expect((await browser.submit(page, 'verify', { code })).url).toBe(at('/account'));
  });

  it('are refused in a form that another site sends', async () => {
    const { browser, page, code } = await ask();
    const { action, fields } = formWithButton(page.html, 'verify');
    const sent = await browser.open(new URL(action, page.url).href, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ ...fields, code }),
    });
    expect([sent.status, hasSession(browser)]).toEqual([403, false]);
  });

  it('work once, together, also where both are used at the same time', async () => {
    const { browser, page, code, link } = await ask();
    const form = await browser.open(link);
    const attempts = await Promise.all([
      browser.submit(page, 'verify', { code }),
      browser.submit(page, 'verify', { code }),
      browser.submit(form, 'sign-in-by-email'),
    ]);
    expect(attempts.filter(({ url }) => url === at('/account'))).toHaveLength(1);
    for (const again of [
      await browser.submit(page, 'verify', { code }),
      await browser.submit(form, 'sign-in-by-email'),
    ]) {
      expect([again.status, again.html.includes('no longer works')]).toEqual([400, true]);
    }
  });

  it('expire after ten minutes', async () => {
    const { browser, page, code, link } = await ask();
    const form = await browser.open(link);
    now += 600;
    for (const late of [
      await browser.open(link),
      await browser.submit(page, 'verify', { code }),
      await browser.submit(form, 'sign-in-by-email'),
    ]) {
      expect([late.status, late.html.includes('no longer works')]).toEqual([400, true]);
    }
    expect(hasSession(browser)).toBe(false);
  });

  it.each([
    ['disabled', (user: TestUser) => disableUser(server.grantor, user)],
    [
      'given a new password',
      (user: TestUser) =>
        server.grantor.api('PATCH', `/accounts/${user.id}`, { password: 'another-password' }),
    ],
    [
      'given another address',
      (user: TestUser) =>
        server.grantor.api('PATCH', `/accounts/${user.id}`, { email: `${randomUUID()}@example.com` }),
    ],
  ])('stop working once the account is %s', async (_, change) => {
    const { user, browser, page, code, link } = await ask();
    const form = await browser.open(link);
    await change(user);
    await browser.submit(form, 'sign-in-by-email');
    await browser.submit(page, 'verify', { code });
    expect(hasSession(browser)).toBe(false);
  });

  it('are not those of another mail', async () => {
    const [one, other] = [await ask(), await ask()];
    expect((await one.browser.submit(one.page, 'verify', { code: other.code })).status).toBe(400);
    // A request of another browser, in the form of this one.
    const { fields } = formWithButton(other.page.html, 'verify');
    const swapped = await one.browser.submit(one.page, 'verify', {
      request: fields.request ?? '',
      code: other.code,
    });
    expect([swapped.status, hasSession(one.browser)]).toEqual([400, false]);
  });

  it('are not stored: the database has the hash of the link only', async () => {
    const { user, code, link } = await ask();
    const token = new URL(link).searchParams.get('token') ?? '';
    const found = vi.spyOn(server.grantor.server.store.accountLinks, 'create');
    await askForCode(server, user.username, new HttpBrowser());
    const stored = JSON.stringify(found.mock.calls);
    found.mockRestore();
    const second = readSignInMail(await server.smtp.take(user.username, SUBJECT));
    const secondToken = new URL(second.link).searchParams.get('token') ?? '';
    for (const secret of [code.replace(' ', ''), token, second.code.replace(' ', ''), secondToken]) {
      expect(stored).not.toContain(secret);
    }
  });
});

describe('on PostgreSQL', () => {
  it('a code works once, and a request that is no text of the database is refused', async () => {
    const other = await startWithEmail({ database: 'postgres' });
    const { username } = await addUser(other.grantor);
    const browser = new HttpBrowser();
    const page = await askForCode(other, username, browser);
    const { code } = readSignInMail(await other.smtp.take(username, SUBJECT));
    for (const request of ['\u0000', '\uFFFF', 'A'.repeat(43)]) {
      const url = `${other.grantor.issuer}/signin/email/code?request=${encodeURIComponent(request)}`;
      expect((await browser.open(url)).status).toBe(400);
      expect((await browser.submit(page, 'verify', { request, code })).status).toBe(400);
    }
    const sent = await Promise.all([1, 2, 3].map(() => browser.submit(page, 'verify', { code })));
    expect(sent.filter(({ url }) => url.endsWith('/account'))).toHaveLength(1);
    await other.stop();
  });
});
