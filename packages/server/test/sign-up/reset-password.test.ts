import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventsOf } from '../../../../test/kit/audit-events.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addSignedInUser, addUser, PASSWORD } from '../../../../test/kit/users.js';
import { askForMail, comparable, linkIn, type MailingServer, startMailing } from './support.js';

const chosen = 'several words in a row';
const stolen = 'a password of many users';

describe('a new password', () => {
  let now = 1_900_000_000;
  let server: MailingServer;
  let folder: string;
  const at = (path: string) => server.grantor.issuer + path;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-test-'));
    const list = join(folder, 'stolen.txt');
    await writeFile(list, createHash('sha1').update(stolen).digest('hex').toUpperCase());
    server = await startMailing({ clock: () => now, settings: { breachedPasswords: `file:${list}` } });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const newUser = (fields = {}) =>
    addUser(server.grantor, { username: `${randomUUID()}@example.com`, ...fields });

  async function linkTo(email: string): Promise<string> {
    await askForMail(at('/reset-password'), email);
    return linkIn(await server.smtp.take(email, 'Reset your password'));
  }

  async function choose(
    link: string,
    password = chosen,
    fields: Record<string, string> = { end_access: '' },
  ) {
    const browser = new HttpBrowser();
    return browser.submit(await browser.open(link), 'save', { password, ...fields });
  }

  async function canSignIn(username: string, password: string): Promise<boolean> {
    const browser = new HttpBrowser();
    const page = await browser.signIn(await browser.open(at('/signin')), { username, password });
    return page.url === at('/account');
  }

  it('replaces the old one with the link in the mail, ends all sessions, and tells the user', async () => {
    const { user, browser } = await addSignedInUser(server.grantor);
    const page = await choose(await linkTo(user.username));
    expect(page.html).toContain('Your password was changed');
    expect(await canSignIn(user.username, PASSWORD)).toBe(false);
    expect(await canSignIn(user.username, chosen)).toBe(true);
    expect((await browser.open(at('/account'))).html).toContain('id="sign-in"');
    const notice = await server.smtp.take(user.username, 'Your password for Grantor has changed');
    expect(notice.text).not.toContain('token=');
  });

  it('ends a sign-in with the old one that has not opened its session yet', async () => {
    const user = await newUser();
    const link = await linkTo(user.username);
    const { sessions } = server.grantor.server.store;
    const create = sessions.create.bind(sessions);
    const opening = vi.spyOn(sessions, 'create').mockImplementationOnce(async (...session) => {
      await choose(link);
      return create(...session);
    });
    const thief = new HttpBrowser();
    const page = await thief.signIn(await thief.open(at('/signin')), {
      username: user.username,
      password: PASSWORD,
    });
    opening.mockRestore();
    expect(page.status).toBe(403);
    expect(thief.cookieValue('grantor_session')).toBeUndefined();
    expect(await sessions.listOfAccount(user.id, now, 10)).toEqual([]);
    expect(await canSignIn(user.username, chosen)).toBe(true);
  });

  it('has a link to the issuer, whatever host the request names (host header poisoning)', async () => {
    const user = await newUser();
    const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    const page = await askForMail(at('/reset-password'), user.username, new HttpBrowser(evil));
    expect(page.status).toBe(200);
    const { text } = await server.smtp.take(user.username, 'Reset your password');
    expect(text).toContain(at('/reset-password/choose?token='));
    expect(text).not.toContain('evil.example');
  });

  it('ends the access of apps and API keys where the user asks for it', async () => {
    const user = await newUser();
    const link = await linkTo(user.username);
    const events = await eventsOf(server.grantor, () => choose(link, chosen, { end_access: '1' }));
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['account.updated', 'account.access_ended']),
    );
  });

  it('is not sent twice by one link, by an expired one, or by one from before another change', async () => {
    const user = await newUser();
    const [first, second] = [await linkTo(user.username), await linkTo(user.username)];
    await choose(first);
    await server.smtp.take(user.username, 'Your password for Grantor has changed');
    for (const link of [first, second]) expect((await new HttpBrowser().open(link)).status).toBe(400);
    const third = await linkTo(user.username);
    now += 1800;
    expect((await new HttpBrowser().open(third)).status).toBe(400);
  });

  it('is set once by a link that is used twice at the same time', async () => {
    const link = await linkTo((await newUser()).username);
    const pages = await Promise.all([choose(link), choose(link, `${chosen} 2`)]);
    const words = pages.map(({ html }) => html.includes('Your password was changed'));
    expect(words.filter(Boolean)).toHaveLength(1);
  });

  it('is searched for in the list of stolen passwords at most 20 times in an hour for an account', async () => {
    const user = await newUser();
    const browser = new HttpBrowser();
    const page = await browser.open(await linkTo(user.username));
    const send = () => browser.submit(page, 'save', { password: stolen });
    const pages = await Promise.all(Array.from({ length: 21 }, send));
    const having = (text: string) => pages.filter(({ html }) => html.includes(text)).length;
    expect(having('stolen')).toBe(20);
    expect(having('Too many requests')).toBe(1);
    now += 3600;
    expect((await choose(await linkTo(user.username))).html).toContain('Your password was changed');
  });

  it('can be asked for by the owner whose mailbox others have used up, in a browser that is known', async () => {
    const { user, browser } = await addSignedInUser(server.grantor);
    const [name, domain] = user.username.split('@');
    const ask = (email: string, from?: HttpBrowser) => askForMail(at('/reset-password'), email, from);
    for (let count = 0; count < 10; count += 1)
      await ask(`${name}${count === 0 ? '' : `+${count}`}@${domain}`);
    expect((await ask(user.username)).status).toBe(429);
    browser.forget('grantor_session');
    for (let count = 0; count < 5; count += 1) expect((await ask(user.username, browser)).status).toBe(200);
    expect((await ask(user.username, browser)).status).toBe(429);
  });

  it('does not tell whether an account has the address: same page, same work, and a mail', async () => {
    const { store } = server.grantor.server;
    const users = {
      known: (await newUser()).username,
      unknown: `${randomUUID()}@example.com`,
      disabled: (await newUser({ disabledAt: now })).username,
      unverified: (await newUser({ emailVerified: false })).username,
      passwordless: (await newUser({ passwordHash: null })).username,
    };
    const seen = await Promise.all(
      Object.values(users).map(async (email) => {
        const page = await askForMail(at('/reset-password'), email);
        return {
          status: page.status,
          text: comparable(page, email),
          headers: [...page.response.headers.keys()],
        };
      }),
    );
    for (const one of seen) expect(one).toEqual(seen[0]);
    const subjects: Record<string, string> = {};
    for (const [name, email] of Object.entries(users)) {
      subjects[name] = (await server.smtp.take(email)).subject;
    }
    const nothing = 'No account at Grantor with this address';
    expect(subjects).toEqual({
      known: 'Reset your password for Grantor',
      unknown: nothing,
      disabled: nothing,
      unverified: nothing,
      passwordless: nothing,
    });
    const counts: number[][] = [];
    for (const email of [users.known, users.unknown]) {
      const spies = [vi.spyOn(store.accounts, 'findByLogin'), vi.spyOn(store.accountLinks, 'create')];
      await askForMail(at('/reset-password'), email);
      counts.push(spies.map((spy) => spy.mock.calls.length));
      for (const spy of spies) spy.mockRestore();
    }
    expect(counts).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('leads password managers to its form, and to no page that does not exist (W3C change-password)', async () => {
    const response = await fetch(at('/.well-known/change-password'), { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/account/password']);
    const probe = await fetch(
      at('/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200'),
    );
    expect(probe.status).toBe(404);
  });

  it('is chosen on the account page, where this session goes on and all others end', async () => {
    now = Math.max(now, Math.floor(Date.now() / 1000));
    const { user, browser } = await addSignedInUser(server.grantor);
    const other = new HttpBrowser();
    await other.signIn(await other.open(at('/signin')), user);
    const before = browser.cookieValue('grantor_session');
    const form = await browser.open(at('/account/password'));
    const short = await browser.submit(form, 'save-password', { password: 'short', end_access: '' });
    expect(short.status).toBe(400);
    const saved = await browser.submit(short, 'save-password', { password: chosen, end_access: '' });
    expect(saved.html).toContain('Your password was changed.');
    expect(browser.cookieValue('grantor_session')).not.toBe(before);
    expect((await other.open(at('/account'))).html).toContain('id="sign-in"');
    await server.smtp.take(user.username, 'Your password for Grantor has changed');
    expect(await canSignIn(user.username, chosen)).toBe(true);
  });

  it('changes the email address with a link that was sent to it, and tells the former one', async () => {
    const { user, browser } = await addSignedInUser(server.grantor);
    const email = `${randomUUID()}@example.com`;
    const sent = await browser.submit(await browser.open(at('/account/email')), 'send-link', { email });
    expect(sent.html).toContain('We have sent a link');
    const link = linkIn(await server.smtp.take(email));
    const attacker = await addSignedInUser(server.grantor);
    expect((await attacker.browser.open(link)).html).toContain('belongs to another account');
    const form = await browser.open(link);
    expect((await server.grantor.server.store.accounts.find(user.id))?.email).toBe(user.email);
    // The attacker's own form, with the token of the user's link.
    const own = `${randomUUID()}@example.com`;
    await attacker.browser.submit(await attacker.browser.open(at('/account/email')), 'send-link', {
      email: own,
    });
    const ownForm = await attacker.browser.open(linkIn(await server.smtp.take(own)));
    const token = new URL(link).searchParams.get('token') ?? '';
    expect((await attacker.browser.submit(ownForm, 'confirm-email', { token })).status).toBe(400);
    const changed = await browser.submit(form, 'confirm-email');
    expect(changed.html).toContain('Your email address was changed');
    expect(await server.grantor.server.store.accounts.find(user.id)).toMatchObject({
      email,
      username: email,
      emailVerified: true,
    });
    const notice = await server.smtp.take(user.username, 'Your email address at Grantor has changed');
    expect(notice.text).toContain(email);
    expect((await browser.open(link)).status).toBe(400);
  });

  it('leads from the link through the sign-in to the confirmation, where the session has ended', async () => {
    const { user, browser } = await addSignedInUser(server.grantor);
    const email = `${randomUUID()}@example.com`;
    await browser.submit(await browser.open(at('/account/email')), 'send-link', { email });
    const link = linkIn(await server.smtp.take(email));
    const other = new HttpBrowser();
    const form = await other.signIn(await other.open(link), user);
    expect(form.url).toBe(link);
    expect((await other.submit(form, 'confirm-email')).html).toContain('Your email address was changed');
    // The link of one user in the browser of another changes nothing there (account pre-hijacking).
    await browser.submit(await browser.open(at('/account/email')), 'send-link', { email: user.username });
    const attacker = await addSignedInUser(server.grantor);
    const again = new HttpBrowser();
    const signIn = await again.open(linkIn(await server.smtp.take(user.username, 'Confirm')));
    expect((await again.signIn(signIn, attacker.user)).html).toContain('belongs to another account');
  });

  it('has address changes that wait for their confirmation in the download of all data', async () => {
    const { browser } = await addSignedInUser(server.grantor);
    const email = `${randomUUID()}@example.com`;
    await browser.submit(await browser.open(at('/account/email')), 'send-link', { email });
    const download = await browser.submit(await browser.open(at('/account/data')), 'download');
    const data = JSON.parse(download.html) as { email_changes: unknown };
    expect(data.email_changes).toEqual([
      { email, requested_on: expect.any(String), expires_on: expect.any(String) },
    ]);
    expect(download.html).not.toContain(
      new URL(linkIn(await server.smtp.take(email))).searchParams.get('token'),
    );
  });

  it('does not tell on the account page whether another account has an email address', async () => {
    const taken = await newUser();
    const free = `${randomUUID()}@example.com`;
    const pages: string[] = [];
    for (const email of [taken.username, free]) {
      const { browser, user } = await addSignedInUser(server.grantor);
      const page = await browser.submit(await browser.open(at('/account/email')), 'send-link', { email });
      pages.push(comparable(page, user.username).replaceAll(user.id, 'ID'));
    }
    expect(pages[0]).toBe(pages[1]);
    expect((await server.smtp.take(taken.username, 'Your email address')).text).not.toContain('http');
    expect((await server.smtp.take(free)).text).toContain('token=');
  });
});
