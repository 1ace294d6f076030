import type { Clock } from '../../crypto/clock.js';
import type { Mailer } from '../../mail/mailer.js';
import type { AccountRecord } from '../../storage/ports/index.js';
import { languageOfAccount } from '../../texts/choose-language.js';
import { DEFAULT_LANGUAGE } from '../../texts/languages.js';
import { type Limits, waitOf } from '../../throttling/limit.js';
import { deviceOf } from '../device.js';
import type { KnownBrowsers } from '../known-browsers.js';
import type { SignInOrigin } from '../sign-in.js';

/** The most mails to one user within a day. */
const MOST_MAILS = 5;
const DAY_SECONDS = 86_400;

/** Who has just signed up knows it. */
const NEW_ACCOUNT_SECONDS = 60;

/** Sends a mail to a user who signs in with a browser that has never signed in to the account (OWASP ASVS 5, 6.3.5). */
export type NoticeNewBrowser = (
  account: AccountRecord,
  origin: Pick<SignInOrigin, 'knownBrowserCookie' | 'headers'>,
) => Promise<void>;

export interface NewBrowserNoticeDependencies {
  readonly mailer: Pick<Mailer, 'isConfigured' | 'send'>;
  readonly knownBrowsers: KnownBrowsers;
  readonly limits: Limits;
  readonly clock: Clock;
  /** The page to reset a password. */
  readonly resetHref: string;
}

export function createNewBrowserNotice(dependencies: NewBrowserNoticeDependencies): NoticeNewBrowser {
  const { mailer, knownBrowsers, limits, clock, resetHref } = dependencies;
  const byAccount = limits.exact({
    name: 'mails about new browsers by account',
    points: MOST_MAILS,
    windowSeconds: DAY_SECONDS,
  });
  return async (account, { knownBrowserCookie, headers }) => {
    const { id, email, emailVerified, createdAt } = account;
    const now = clock();
    if (!mailer.isConfigured || email === null || !emailVerified) return;
    if (knownBrowsers.find(knownBrowserCookie, account) !== undefined) return;
    if (now - createdAt < NEW_ACCOUNT_SECONDS) return;
    if (waitOf(await byAccount.count(id)) > 0) return;
    const { browser, system } = deviceOf(headers.get('user-agent'));
    await mailer.send({
      template: 'newSignIn',
      to: email,
      language: languageOfAccount(account) ?? DEFAULT_LANGUAGE,
      values: {
        browser: [browser, system].filter((name) => name !== null).join(', '),
        at: now,
        link: resetHref,
      },
    });
  };
}
