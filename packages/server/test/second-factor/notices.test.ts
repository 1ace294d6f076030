import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { passkeyOptionsOn, TestPasskey } from '../../../../test/kit/authenticator.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { addSignedInUser, addUser, type NewUser, type TestUser } from '../../../../test/kit/users.js';
import { stepAt, totpAt } from '../../src/accounts/factors/totp.js';
import { type MailingServer, startMailing } from '../sign-up/support.js';
import { keyOn } from './support.js';

const now = Math.floor(Date.now() / 1000);

describe('a change of the factors of a user', () => {
  let server: MailingServer;
  beforeAll(async () => {
    server = await startMailing({ clock: () => now });
  });
  afterAll(() => server.stop());

  const open = (browser: HttpBrowser, section: string) =>
    browser.open(`${server.grantor.issuer}/account/${section}`);

  const reset = ({ id }: TestUser) => server.grantor.api('DELETE', `/accounts/${id}/factors`);

  async function addPasskey(browser: HttpBrowser): Promise<void> {
    const page = await open(browser, 'passkeys');
    const credential = new TestPasskey(server.grantor.issuer).create(passkeyOptionsOn(page));
    await browser.submit(page, 'passkey', { credential, name: 'Call 555 to keep your account' });
  }

  async function turnOn(browser: HttpBrowser): Promise<void> {
    const page = await open(browser, 'second-factor');
    const confirm = await browser.submit(page, 'confirm', { code: totpAt(keyOn(page.html), stepAt(now)) });
    expect(confirm.status).toBe(200);
  }

  /** The subjects of the mails to a user, after a mail to another user that was queued later has arrived. */
  async function subjectsTo({ username }: TestUser): Promise<readonly string[]> {
    const last = await addUser(server.grantor);
    await addAuthenticator(server.grantor, last);
    await reset(last);
    await server.smtp.take(last.username);
    const found: string[] = [];
    for (const { to, subject } of server.smtp.received) if (to === username) found.push(subject);
    return found;
  }

  it('is mailed to the user, without the name of the passkey, which another user may have chosen (OWASP ASVS 5, 6.3.7)', async () => {
    const { user, browser } = await addSignedInUser(server.grantor);
    const take = (subject: string) => server.smtp.take(user.username, subject);
    await addPasskey(browser);
    const added = await take('A passkey was added to your account at Grantor');
    expect(added.text).toContain('It can be used to sign in.');
    expect(added.text).toContain('If this was not you');
    expect(added.text).toContain(`${server.grantor.issuer}/reset-password`);
    expect(added.text).not.toContain('555');
    await browser.submit(await open(browser, 'passkeys'), 'remove-passkey-0');
    await take('A passkey was removed from your account at Grantor');
    expect(await subjectsTo(user)).toEqual([]);
  });

  it('is mailed when the authenticator app is set up or turned off, and when recovery codes are replaced', async () => {
    const { user, browser } = await addSignedInUser(server.grantor, { claims: { locale: 'de' } });
    const take = (subject: string) => server.smtp.take(user.username, subject);
    await turnOn(browser);
    await take('Eine Authenticator-App wurde für Ihr Konto bei Grantor eingerichtet');
    const page = await open(browser, 'second-factor');
    await browser.submit(page, 'new-codes');
    await take('Neue Wiederherstellungscodes für Ihr Konto bei Grantor');
    await browser.submit(page, 'turn-off');
    await take('Die Authenticator-App Ihres Kontos bei Grantor wurde ausgeschaltet');
    // There is nothing to turn off any more.
    await browser.submit(page, 'turn-off');
    expect(await subjectsTo(user)).toEqual([]);
  });

  it('is mailed when a recovery code is used; wrong ones do not count among the mails of the day, even while they are checked (OWASP ASVS 5, 6.3.7)', async () => {
    const user = await addUser(server.grantor);
    const { recoveryCodes } = await addAuthenticator(server.grantor, user);
    const browser = new HttpBrowser();
    const asked = await browser.signIn(await browser.open(`${server.grantor.issuer}/signin`), user);
    const spent = vi.spyOn(server.grantor.server.store.secondFactors, 'useRecoveryCode');
    const wrong = await browser.submit(asked, 'verify', { code: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' });
    expect(wrong.status).toBe(400);
    // What is counted is counted before the code is spent.
    expect(spent).not.toHaveBeenCalled();
    await browser.submit(wrong, 'verify', { code: recoveryCodes[0] ?? '' });
    expect(spent).toHaveBeenCalledOnce();
    spent.mockRestore();
    expect(browser.cookieValue('grantor_session')).toBeDefined();
    const used = await server.smtp.take(user.username, 'A recovery code of your account at Grantor was used');
    expect(used.text).toContain('Your account page shows how many codes are left.');
    expect(used.text).toContain('If this was not you');
    expect(await subjectsTo(user)).toEqual([]);
  });

  it('is mailed when an administrator resets them, if there were any', async () => {
    const user = await addUser(server.grantor);
    await addAuthenticator(server.grantor, user);
    expect((await reset(user)).status).toBe(200);
    await server.smtp.take(user.username, 'The factors of your account at Grantor were reset');
    expect((await reset(user)).status).toBe(200);
    expect(await subjectsTo(user)).toEqual([]);
  });

  it.each<[string, NewUser]>([
    ['is not verified', { emailVerified: false }],
    ['is unknown', { email: null, emailVerified: false }],
  ])('is not mailed to an address that %s', async (_, fields) => {
    const { user, browser } = await addSignedInUser(server.grantor, fields);
    await turnOn(browser);
    expect(await server.grantor.server.store.secondFactors.enrolledBy(user.id)).toMatchObject({
      hasTotp: true,
    });
    expect(await subjectsTo(user)).toEqual([]);
  });

  it('is mailed at most 20 times a day, and attempts that change nothing do not count', async () => {
    const { user, browser } = await addSignedInUser(server.grantor);
    await addPasskey(browser);
    const page = await open(browser, 'passkeys');
    for (let count = 0; count < 25; count += 1) {
      await browser.submit(page, 'remove-passkey-0', { passkey: 'unknown' });
    }
    await browser.submit(page, 'remove-passkey-0');
    await server.smtp.take(user.username, 'A passkey was removed');
    await turnOn(browser);
    const codes = await open(browser, 'second-factor');
    for (let count = 0; count < 20; count += 1) await browser.submit(codes, 'new-codes');
    // The passkey was removed with the second mail, and the app was set up with the third.
    const subjects = await subjectsTo(user);
    expect(subjects.filter((subject) => subject.startsWith('New recovery codes'))).toHaveLength(17);
  });

  it('is among the security events of the user, in words', async () => {
    const { user, browser } = await addSignedInUser(server.grantor);
    await addPasskey(browser);
    await browser.submit(await open(browser, 'passkeys'), 'rename-passkey-0', { name: 'Phone' });
    await browser.submit(await open(browser, 'passkeys'), 'remove-passkey-0');
    await turnOn(browser);
    const page = await open(browser, 'second-factor');
    await browser.submit(page, 'new-codes');
    await browser.submit(page, 'turn-off');
    await addAuthenticator(server.grantor, user);
    await reset(user);
    const { html } = await open(browser, 'activity');
    for (const words of [
      'A passkey was added',
      'A passkey was renamed',
      'A passkey was removed',
      'An authenticator app was set up',
      'New recovery codes were created',
      'The authenticator app was turned off',
      'Your passkeys, authenticator app and recovery codes were removed',
    ]) {
      expect(html).toContain(words);
    }
  });
});
