import type { HttpBrowser, OpenedPage } from '../../../../test/kit/browser.js';
import type { ReceivedMail } from '../../../../test/kit/smtp-server.js';
import { askForMail, linkIn, type MailingServer, startMailing } from '../sign-up/support.js';

/** What a mail for a sign-in holds. */
export interface SignInMail {
  readonly code: string;
  readonly link: string;
}

export function readSignInMail(mail: ReceivedMail): SignInMail {
  const [code = ''] = /\b\d{4} \d{4}\b/.exec(mail.text) ?? [];
  return { code, link: linkIn(mail) };
}

/** The subject of the mail with a code. */
export const SUBJECT = 'Your code to sign in';

export function startWithEmail({
  settings,
  ...options
}: Parameters<typeof startMailing>[0] = {}): Promise<MailingServer> {
  return startMailing({ settings: { emailSignIn: 'on', ...settings }, ...options });
}

/** Asks for a mail on the page of the sign-in. @returns the page that takes the code */
export function askForCode(
  { grantor }: MailingServer,
  email: string,
  browser: HttpBrowser,
  ticket?: string,
): Promise<OpenedPage> {
  const query = ticket === undefined ? '' : `?ticket=${ticket}`;
  return askForMail(`${grantor.issuer}/signin/email${query}`, email, browser);
}

/** A code that is not this one. */
export function wrong(code: string): string {
  return code.startsWith('1') ? `2${code.slice(1)}` : `1${code.slice(1)}`;
}
