import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { newestEvents } from '../../../../test/kit/audit-events.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { runGrantor } from '../../../../test/kit/grantor-process.js';
import { linkIn, type MailingServer, startMailing } from './support.js';

describe('an invitation', () => {
  let server: MailingServer;

  beforeAll(async () => {
    server = await startMailing({ settings: { signUp: 'invite' } });
  });
  afterAll(() => server.stop());

  const invite = (email: string, more = {}) => server.grantor.api('POST', '/invitations', { email, ...more });

  it('is sent in the chosen language, and lets the user create one account', async () => {
    const email = `${randomUUID()}@example.com`;
    expect(await bodyOf(invite(email, { language: 'fr' }), 201)).toMatchObject({ email });
    const mail = await server.smtp.take(email);
    expect(mail.headers['content-language']).toBe('fr');
    const browser = new HttpBrowser();
    const form = await browser.open(linkIn(mail));
    const page = await browser.submit(form, 'save', { name: 'Ada', password: 'a few words in a row' });
    expect(page.url).toBe(`${server.grantor.issuer}/account`);
    const [created, invited] = (await newestEvents(server.grantor)).filter(({ type }) =>
      ['account.created', 'account.invited'].includes(type),
    );
    expect(invited).toMatchObject({ after: { email } });
    expect(created).toMatchObject({ via: 'invitation' });
    await bodyOf(invite(email), 409);
  });

  it('is refused for what is not an email address, and where users cannot sign up', async () => {
    await bodyOf(invite('ada'), 400);
    const closed = await startMailing();
    await bodyOf(closed.grantor.api('POST', '/invitations', { email: 'ada@example.com' }), 409);
    await closed.stop();
  });

  it('is sent by the command line', async () => {
    const email = `${randomUUID()}@example.com`;
    const { stdout, code } = await runGrantor(['accounts', 'invite', email], {
      GRANTOR_ISSUER: server.grantor.issuer,
      GRANTOR_API_KEY: server.grantor.apiKey,
    });
    expect(code).toBe(0);
    expect(stdout).toContain(email);
    expect((await server.smtp.take(email)).subject).toBe('You are invited to Grantor');
  });
});
