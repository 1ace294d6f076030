import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addSignedInUser } from '../../../../test/kit/users.js';
import { sendChanged, textOf } from './support.js';

describe('the account page', () => {
  let now = 1_900_000_000;
  let grantor: TestServer;
  let names: readonly string[];

  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    const { browser } = await addSignedInUser(grantor);
    const { html } = await browser.open(`${grantor.issuer}/account`);
    names = [...html.matchAll(/href="\/account\/([a-z-]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(1);
  });
  afterAll(() => grantor.stop());

  const at = (path: string) => grantor.issuer + path;

  it('asks a user without a session to sign in, and returns to the section', async () => {
    for (const name of ['', ...names.map((section) => `/${section}`)]) {
      const browser = new HttpBrowser();
      const page = await browser.open(at(`/account${name}`));
      expect(page.html).toContain('id="sign-in"');
      const after = await browser.signIn(page, grantor.user);
      expect(after.url).toBe(at(`/account${name}`));
    }
  });

  it('is where a sign-in without an authorization request leads', async () => {
    const browser = new HttpBrowser();
    const page = await browser.signIn(await browser.open(at('/signin')), grantor.user);
    expect(page.url).toBe(at('/account'));
    expect((await browser.open(at('/signin'))).url).toBe(at('/account'));
  });

  it('returns to no other site, whatever the cookie and the parameters say (RFC 9700 §4.11)', async () => {
    for (const planted of [
      'https://attacker.example',
      '//attacker.example',
      '..',
      'a/../..',
      'UPPER',
      '-x',
    ]) {
      const browser = new HttpBrowser();
      browser.plant('grantor_return', planted);
      const page = await browser.open(
        at(`/signin?return=${encodeURIComponent(planted)}&return_to=${encodeURIComponent(planted)}`),
      );
      const after = await browser.signIn(page, grantor.user);
      expect(after.url).toBe(at('/account'));
    }
  });

  it('cannot be shown in a frame, and no cache keeps it (clickjacking, RFC 9700 §4.16)', async () => {
    const { browser } = await addSignedInUser(grantor);
    for (const name of ['', ...names.map((section) => `/${section}`)]) {
      const { headers, status } = await browser.request(at(`/account${name}`));
      expect(status).toBe(200);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('accepts no form without the form token of this browser (CSRF)', async () => {
    const { browser } = await addSignedInUser(grantor);
    for (const name of names) {
      const page = await browser.open(at(`/account/${name}`));
      for (const [, action = ''] of page.html.matchAll(/<form method="post" action="([^"]*)"/g)) {
        for (const token of ['', 'forged']) {
          const response = await browser.request(at(action), {
            method: 'POST',
            body: new URLSearchParams({ csrf_token: token }),
          });
          expect(response.status, action).toBe(403);
        }
      }
    }
  });

  it('changes nothing with a form that was made for another user', async () => {
    const { browser, user } = await addSignedInUser(grantor);
    const page = await browser.open(at('/account/profile'));
    const forged = await sendChanged(browser, page, 'save-profile', {
      name: 'Mallory',
      account: grantor.user.id,
    });
    expect(forged.status).toBe(409);
    expect(textOf(forged)).toContain('Nothing was changed');
    for (const id of [user.id, grantor.user.id]) {
      expect((await grantor.server.store.accounts.find(id))?.name).not.toBe('Mallory');
    }
  });

  it('has no section, page or action of another name', async () => {
    const { browser } = await addSignedInUser(grantor);
    for (const path of ['/account/unknown', '/account/constructor', '/account/profile/toString']) {
      expect((await browser.request(at(path))).status).toBe(404);
    }
    const page = await browser.open(at('/account/profile'));
    const token = /name="csrf_token" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const response = await browser.request(at('/account/profile/constructor'), {
      method: 'POST',
      body: new URLSearchParams({ csrf_token: token }),
    });
    expect(response.status).toBe(404);
  });

  it('follows the language of the user', async () => {
    const { browser } = await addSignedInUser(grantor, { claims: { locale: 'ar' } });
    const { html } = await browser.open(at('/account/sessions'));
    expect(html).toContain('<html lang="ar" dir="rtl">');
    expect(html).not.toContain('Sign out');
  });

  describe('profile', () => {
    it('changes the names and the language, and notes it in the audit trail', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const page = await browser.open(at('/account/profile'));
      const saved = await browser.submit(page, 'save-profile', {
        name: 'Ada King',
        given_name: 'Ada',
        family_name: '',
        locale: 'de',
      });
      expect(saved.html).toContain('Ihr Profil wurde gespeichert.');
      expect(await grantor.server.store.accounts.find(user.id)).toMatchObject({
        name: 'Ada King',
        givenName: 'Ada',
        familyName: null,
        claims: { locale: 'de' },
      });
      const { items } = await grantor.server.store.audit.list(
        { limit: 1, after: null },
        { accountId: user.id, type: 'account.updated' },
      );
      expect(items).toMatchObject([
        { actor: { type: 'account', id: user.id }, via: 'session', after: { name: 'Ada King' } },
      ]);
    });

    it.each([
      ['name', ''],
      ['name', 'x'.repeat(257)],
      ['given_name', 'a\nb'],
    ])('refuses an invalid %s and keeps what was typed', async (field, value) => {
      const { browser, user } = await addSignedInUser(grantor);
      const page = await browser.open(at('/account/profile'));
      const refused = await browser.submit(page, 'save-profile', { locale: '', [field]: value });
      expect(refused.status).toBe(400);
      expect(refused.html).toContain('role="alert"');
      expect((await grantor.server.store.accounts.find(user.id))?.name).toBe(user.name);
    });

    it('ignores other fields of the account', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const page = await browser.open(at('/account/profile'));
      const more = {
        locale: '',
        is_admin: 'true',
        email_verified: 'true',
        username: 'root',
        disabled: 'true',
      };
      await browser.submit(page, 'save-profile', more);
      expect(await grantor.server.store.accounts.find(user.id)).toMatchObject({
        isAdmin: false,
        username: user.username,
        disabledAt: null,
      });
    });
  });

  describe('sessions', () => {
    const laptop = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0' };

    async function signIn(user: { readonly username: string; readonly password: string }, headers = {}) {
      const browser = new HttpBrowser(headers);
      await browser.signIn(await browser.open(at('/signin')), user);
      return browser;
    }

    it('shows device and place in words, and marks this one', async () => {
      const { user } = await addSignedInUser(grantor);
      const browser = await signIn(user, laptop);
      const text = textOf(await browser.open(at('/account/sessions')));
      expect(text).toContain('Firefox on Linux This browser');
      expect(text).toContain('On the server’s own machine');
      expect(text).toContain('Unknown device');
    });

    it('ends one, and not that of another user', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const other = await signIn(user);
      const [foreign] = await grantor.server.store.sessions.listOfAccount(grantor.user.id, now, 1);
      const page = await browser.open(at('/account/sessions'));
      await sendChanged(browser, page, 'end-session-1', { session: foreign?.id });
      expect(await grantor.server.store.sessions.findById(foreign?.id ?? '', now)).toBeDefined();
      const ended = await browser.submit(page, 'end-session-1');
      expect(textOf(ended)).toContain('You were signed out there.');
      expect((await other.open(at('/account'))).url).toBe(at('/signin'));
      expect((await browser.open(at('/account'))).url).toBe(at('/account'));
    });

    it('ends all others and keeps this one', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const others = [await signIn(user), await signIn(user)];
      const page = await browser.open(at('/account/sessions'));
      await browser.submit(page, 'end-others');
      for (const other of others) expect((await other.open(at('/account'))).url).toBe(at('/signin'));
      expect((await browser.open(at('/account'))).url).toBe(at('/account'));
    });

    it('records a visit at most every five minutes', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const lastSeen = async () => {
        await browser.open(at('/account'));
        return (await grantor.server.store.sessions.listOfAccount(user.id, now, 1))[0]?.lastSeenAt;
      };
      const started = now;
      now += 299;
      expect(await lastSeen()).toBe(started);
      now += 1;
      expect(await lastSeen()).toBe(started + 300);
    });
  });
});

describe('the lifetime of a session (OWASP ASVS 5, 7.3)', () => {
  let now = 1_900_000_000;
  let grantor: TestServer;
  beforeAll(async () => {
    const settings = { sessionSeconds: 3600, sessionIdleSeconds: 600 };
    grantor = await startServer({ clock: () => now, settings });
  });
  afterAll(() => grantor.stop());

  const isSignedIn = async (browser: HttpBrowser) =>
    (await browser.request(`${grantor.issuer}/account`)).status === 200;

  it('ends without a visit for the idle time', async () => {
    const { browser } = await addSignedInUser(grantor);
    now += 540;
    expect(await isSignedIn(browser)).toBe(true);
    now += 599;
    expect(await isSignedIn(browser)).toBe(true);
    now += 600;
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('counts requests to the management API with the session as visits', async () => {
    const { browser } = await addSignedInUser(grantor);
    now += 500;
    expect((await browser.request(`${grantor.issuer}/api/2.0/keys?limit=1`)).status).toBe(200);
    now += 500;
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('ends after the absolute time, however often the user visits', async () => {
    const { browser } = await addSignedInUser(grantor);
    for (let minute = 0; minute < 59; minute += 1) {
      now += 60;
      expect(await isSignedIn(browser)).toBe(true);
    }
    now += 60;
    expect(await isSignedIn(browser)).toBe(false);
  });
});
