import type { Config } from '@grantor/server';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type ReceivedMail, TestSmtpServer } from '../../../../test/kit/smtp-server.js';

/** A server that sends mails, and its mail server. */
export interface MailingServer {
  readonly grantor: TestServer;
  readonly smtp: TestSmtpServer;
  stop(): Promise<void>;
}

export async function startMailing({ settings, ...options }: ServerOptions = {}): Promise<MailingServer> {
  const smtp = await TestSmtpServer.start();
  const mails: Partial<Config> = { smtpUrl: smtp.url, mailFrom: 'Example <no-reply@example.com>' };
  const limits: Partial<Config> = { mailsPerAddress: 10_000 };
  const grantor = await startServer({ settings: { ...mails, ...limits, ...settings }, ...options });
  return {
    grantor,
    smtp,
    async stop() {
      await grantor.stop();
      await smtp.stop();
    },
  };
}

/** The link in a mail. */
export function linkIn({ text }: ReceivedMail): string {
  const [link] = /http\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link;
}

/** Sends an email address with the form of a page, in a new browser unless one is given. */
export async function askForMail(
  url: string,
  email: string,
  browser = new HttpBrowser(),
): Promise<OpenedPage> {
  return browser.submit(await browser.open(url), 'send-link', { email });
}

/** The text of a page without what differs with each request, and without this address. */
export function comparable({ html }: OpenedPage, email: string): string {
  return html.replaceAll(email, 'EMAIL').replaceAll(/name="csrf_token" value="[^"]*"/g, '');
}
