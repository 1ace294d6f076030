import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';
import { askForMail, comparable, linkIn, type MailingServer, startMailing } from './support.js';

const password = 'a few words in a row';
const newAddress = () => `${randomUUID()}@example.com`;

describe('sign-up', () => {
  let now = 1_900_000_000;
  let server: MailingServer;
  const at = (path: string) => server.grantor.issuer + path;
  const accountOf = (email: string) => server.grantor.server.store.accounts.findByLogin(email);

  beforeAll(async () => {
    server = await startMailing({ clock: () => now, settings: { signUp: 'open' } });
  });
  afterAll(() => server.stop());

  async function linkTo(email: string, browser?: HttpBrowser, url = at('/sign-up')): Promise<string> {
    await askForMail(url, email, browser);
    return linkIn(await server.smtp.take(email));
  }

  it('creates the account when its owner has opened the link and chosen a password, and signs in', async () => {
    const [email, browser] = [newAddress(), new HttpBrowser()];
    const form = await browser.open(await linkTo(email, browser));
    expect(form.html).toContain(email);
    expect(await accountOf(email)).toBeUndefined();
    const account = await browser.submit(form, 'save', { name: 'Ada Lovelace', password });
    expect(account.url).toBe(at('/account'));
    expect(await accountOf(email)).toMatchObject({ email, emailVerified: true, name: 'Ada Lovelace' });
    const other = new HttpBrowser();
    const again = await other.signIn(await other.open(at('/signin')), { username: email, password });
    expect(again.url).toBe(at('/account'));
  });

  it('continues with the authorization request in the browser that sent it', async () => {
    const app = TestApp.of(
      server.grantor,
      await server.grantor.register({ redirect_uris: ['https://app.example.com/callback'] }),
    );
    const { browser } = app;
    const signIn = await browser.open(app.authorizationUrl());
    const href = /id="sign-up"[^>]*href="([^"]*)"|href="([^"]*)"[^>]*id="sign-up"/.exec(signIn.html);
    const url = at((href?.[1] ?? href?.[2] ?? '').replaceAll('&amp;', '&'));
    const email = newAddress();
    const form = await browser.open(await linkTo(email, browser, url));
    const consent = await browser.submit(form, 'save', { name: 'Ada', password });
    expect(consent.html).toContain('id="allow"');
    const { left } = await browser.submit(consent, 'allow');
    expect(left?.searchParams.get('code')).toBeTruthy();
  });

  it('keeps no ticket that is very long, or has expired, with the link that it mails', async () => {
    const app = TestApp.of(
      server.grantor,
      await server.grantor.register({ redirect_uris: ['https://app.example.com/callback'] }),
    );
    const ask = async (length: number, waits = 0) => {
      const created = vi.spyOn(server.grantor.server.store.accountLinks, 'create');
      const browser = new HttpBrowser();
      const claims = JSON.stringify({ userinfo: { ['c'.repeat(length / 2)]: null } });
      const signIn = await browser.open(app.authorizationUrl({ state: 's'.repeat(length), claims }));
      const ticket = new URL(signIn.url).searchParams.get('ticket') ?? '';
      const page = await browser.open(at('/sign-up'));
      now += waits;
      await browser.submit(page, 'send-link', { email: newAddress(), ticket });
      const [link] = created.mock.lastCall ?? [];
      created.mockRestore();
      return { sent: ticket, kept: link?.payload.ticket };
    };
    const usual = await ask(8);
    expect(usual.kept).toBe(usual.sent);
    const long = await ask(4096);
    expect(long.sent.length).toBeGreaterThan(8192);
    expect(long.kept).toBeUndefined();
    expect((await ask(8, 3600)).kept).toBeUndefined();
  });

  it('does not continue with the request of another browser', async () => {
    const app = TestApp.of(
      server.grantor,
      await server.grantor.register({ redirect_uris: ['https://app.example.com/callback'] }),
    );
    const signIn = await app.browser.open(app.authorizationUrl());
    const ticket = new URL(signIn.url).searchParams.get('ticket') ?? '';
    const email = newAddress();
    const link = await linkTo(email, app.browser, `${at('/sign-up')}?ticket=${ticket}`);
    const other = new HttpBrowser();
    const page = await other.submit(await other.open(link), 'save', { name: 'Ada', password });
    expect(page.url).toBe(at('/account'));
  });

  it('does not tell whether an account has the address: same page, same work, and a mail', async () => {
    const { store } = server.grantor.server;
    const known = newAddress();
    await addUser(server.grantor, { username: known });
    const unknown = newAddress();
    const seen = async (email: string) => {
      const spies = [
        vi.spyOn(store.accounts, 'findByLogin'),
        vi.spyOn(store.accountLinks, 'create'),
        vi.spyOn(store.accounts, 'find'),
      ];
      const page = await askForMail(at('/sign-up'), email);
      const calls = spies.map((spy) => spy.mock.calls.length);
      for (const spy of spies) spy.mockRestore();
      const mail = await server.smtp.take(email);
      const headers = [...page.response.headers.keys()];
      return { status: page.status, text: comparable(page, email), headers, calls, subject: mail.subject };
    };
    const { subject, ...ofKnown } = await seen(known);
    const { subject: other, ...ofUnknown } = await seen(unknown);
    expect(ofKnown).toEqual(ofUnknown);
    expect([subject, other]).toEqual([
      'You already have an account at Grantor',
      'Confirm your email address for Grantor',
    ]);
  });

  it('creates no account by opening the link, which programs do that scan mails', async () => {
    const email = newAddress();
    const link = await linkTo(email);
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(link, { method });
    expect(await accountOf(email)).toBeUndefined();
    const browser = new HttpBrowser();
    await browser.submit(await browser.open(link), 'save', { name: 'Ada', password });
    expect(await accountOf(email)).toBeDefined();
  });

  it('accepts a link once, also of simultaneous requests', async () => {
    const email = newAddress();
    const link = await linkTo(email);
    const browsers = Array.from({ length: 3 }, () => new HttpBrowser());
    const forms = await Promise.all(browsers.map((browser) => browser.open(link)));
    const pages = await Promise.all(
      browsers.map(async (browser, index) => {
        const form = forms[index];
        if (form === undefined) throw new Error('no form');
        return browser.submit(form, 'save', { name: 'Ada', password });
      }),
    );
    expect(pages.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 400, 400]);
    expect((await new HttpBrowser().open(link)).html).toContain('no longer works');
  });

  it('refuses an expired link, and one of another purpose', async () => {
    const link = await linkTo(newAddress());
    const misused = link.replace('/sign-up/complete', '/reset-password/choose');
    expect((await new HttpBrowser().open(misused)).status).toBe(400);
    now += 86_400;
    const expired = await new HttpBrowser().open(link);
    expect(expired.status).toBe(400);
    expect(expired.html).toContain('no longer works');
    await purgeAt(server.grantor, now);
  });

  it('refuses a form that another site sends, and one of another browser (login CSRF)', async () => {
    const email = newAddress();
    const form = await new HttpBrowser().open(await linkTo(email));
    const page = await new HttpBrowser().submit(form, 'save', { name: 'Eve', password });
    expect(page.status).toBe(403);
    expect(await accountOf(email)).toBeUndefined();
  });

  it('gives an attacker no account with the address of another user (account pre-hijacking)', async () => {
    const victim = newAddress();
    await askForMail(at('/sign-up'), victim);
    // The attacker asks first, and has neither an account nor a password to keep.
    expect(await accountOf(victim)).toBeUndefined();
    await server.smtp.take(victim);
    const browser = new HttpBrowser();
    const own = await browser.open(await linkTo(victim, browser));
    await browser.submit(own, 'save', { name: 'Victim', password });
    expect(await accountOf(victim)).toMatchObject({ name: 'Victim' });
  });

  it('refuses passwords that are short, too long, or the address, and says so (NIST SP 800-63B-4)', async () => {
    const email = newAddress();
    const link = await linkTo(email);
    for (const [chosen, message] of [
      ['too short', 'at least 10 characters'],
      ['x'.repeat(513), 'up to 512 characters'],
      [email.toUpperCase(), 'must not be your name'],
    ] as const) {
      const browser = new HttpBrowser();
      const page = await browser.submit(await browser.open(link), 'save', { name: 'Ada', password: chosen });
      expect(page.status).toBe(400);
      expect(page.html).toContain(message);
    }
    expect(await accountOf(email)).toBeUndefined();
  });

  it('refuses what is not one mailbox, and sends nothing', async () => {
    const before = server.smtp.received.length;
    for (const email of [
      '',
      'ada',
      'a@b@c',
      'a@example.com,b@example.com',
      '<a@example.com>',
      `${'a'.repeat(400)}@b`,
    ]) {
      const page = await askForMail(at('/sign-up'), email);
      expect(page.status).toBe(400);
    }
    expect(server.smtp.received).toHaveLength(before);
  });

  it('sends a bounded number of mails to one mailbox within a day, whatever the address of the request', async () => {
    const email = newAddress();
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      statuses.push((await askForMail(at('/sign-up'), count % 2 === 0 ? email : email.toUpperCase())).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429]);
  });

  it('does not exist where it is off, and only with an invitation where it needs one', async () => {
    const { page: off } = await statusOf({});
    expect(off).toBe(404);
    const invite = await statusOf({ signUp: 'invite' });
    expect(invite).toEqual({ page: 404, link: 400 });
  });

  async function statusOf(settings: { signUp?: 'invite' }) {
    const other = await startMailing({ settings });
    const status = async (path: string) => (await fetch(other.grantor.issuer + path)).status;
    const found = { page: await status('/sign-up'), link: await status('/sign-up/complete?token=x') };
    await other.stop();
    return found;
  }
});
