import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer } from '../../../../test/kit/servers.js';
import { createMailCatcher } from '../../src/mail/mail-catcher.js';
import { askForMail } from '../sign-up/support.js';

it('shows the mails of grantor dev to this machine, and to no other', async () => {
  const grantor = await startServer({
    settings: { signUp: 'open', trustedProxies: 1 },
    mailCatcher: createMailCatcher(() => 1_900_000_000),
  });
  const page = () => new HttpBrowser({ 'x-forwarded-for': '127.0.0.1' }).open(`${grantor.issuer}/dev/mail`);
  expect((await page()).html).toContain('no mail yet');
  await askForMail(`${grantor.issuer}/sign-up`, 'grace@example.com');
  let html = '';
  while (!html.includes('grace@example.com')) ({ html } = await page());
  expect(html).toContain(`href="${grantor.issuer}/sign-up/complete?token=`);
  const arabic = new HttpBrowser({ 'x-forwarded-for': '127.0.0.1', 'accept-language': 'ar' });
  expect((await arabic.open(`${grantor.issuer}/dev/mail`)).html).toContain('<html lang="en" dir="ltr">');
  const other = new HttpBrowser({ 'x-forwarded-for': '203.0.113.7' });
  expect((await other.open(`${grantor.issuer}/dev/mail`)).status).toBe(404);
  expect(await statusFor('localhost')).toBe(200);
  expect(await statusFor('rebound.example')).toBe(404);
  await grantor.stop();

  /** The page at another name of this machine, as after DNS rebinding. */
  async function statusFor(name: string): Promise<number | undefined> {
    const { port } = new URL(grantor.issuer);
    const headers = { host: `${name}:${port}`, 'x-forwarded-for': '127.0.0.1' };
    const asked = get(`${grantor.issuer}/dev/mail`, { headers });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  }
});

it('does not exist on a server that sends mails', async () => {
  const grantor = await startServer();
  expect((await fetch(`${grantor.issuer}/dev/mail`)).status).toBe(404);
  await grantor.stop();
});
