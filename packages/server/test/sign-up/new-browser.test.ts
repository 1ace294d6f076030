import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';
import { stepAt, totpAt } from '../../src/accounts/factors/totp.js';
import { keyOn } from '../second-factor/support.js';
import { type MailingServer, startMailing } from './support.js';

const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' };

describe('a sign-in with a browser that is new to the account', () => {
  const now = 1_900_000_000;
  let server: MailingServer;

  beforeAll(async () => {
    server = await startMailing({ clock: () => now, settings: { secondFactor: 'administrators' } });
  });
  afterAll(() => server.stop());

  const newUser = (fields: Partial<TestUser> = {}) =>
    addUser(server.grantor, { createdAt: now - 3600, ...fields });

  async function signIn(user: TestUser, browser = new HttpBrowser(firefox)): Promise<HttpBrowser> {
    await browser.signIn(await browser.open(`${server.grantor.issuer}/signin`), user);
    return browser;
  }

  const mailsTo = ({ username }: TestUser) => server.smtp.received.filter(({ to }) => to === username);

  it('sends a mail to the user in their language, and none for a browser that is known (OWASP ASVS 5, 6.3.5)', async () => {
    const user = await newUser({ claims: { locale: 'de' } });
    const browser = await signIn(user);
    const mail = await server.smtp.take(user.username);
    expect(mail.subject).toBe('Neue Anmeldung in Ihrem Konto bei Grantor');
    expect(mail.text).toContain('Firefox, Linux');
    browser.forget('grantor_session');
    await signIn(user, browser);
    const other = await newUser();
    await signIn(other);
    await server.smtp.take(other.username);
    expect(mailsTo(user)).toEqual([]);
  });

  it('sends a mail too if the user must set up a second factor first', async () => {
    const user = await newUser({ isAdmin: true });
    const browser = new HttpBrowser(firefox);
    const page = await browser.signIn(await browser.open(`${server.grantor.issuer}/signin`), user);
    await browser.submit(page, 'confirm', { code: totpAt(keyOn(page.html), stepAt(now)) });
    expect(browser.cookieValue('grantor_session')).toBeDefined();
    expect((await server.smtp.take(user.username, 'New sign-in')).text).toContain('Firefox, Linux');
  });

  it('sends at most five mails a day, and none to an address that is not verified', async () => {
    const [user, unverified, last] = [
      await newUser(),
      await newUser({ emailVerified: false }),
      await newUser(),
    ];
    for (let count = 0; count < 7; count += 1) await signIn(user);
    await signIn(unverified);
    await signIn(last);
    while (mailsTo(user).length < 5 || mailsTo(last).length < 1) await server.smtp.next();
    expect([mailsTo(user).length, mailsTo(unverified).length]).toEqual([5, 0]);
  });
});
