import type { Clock } from '../../crypto/clock.js';
import type { Mailer } from '../../mail/mailer.js';
import type { FactorChange } from '../../mail/templates.js';
import type { AccountMails, AccountRecord } from '../../storage/ports/index.js';
import { languageOfAccount } from '../../texts/choose-language.js';
import { DEFAULT_LANGUAGE } from '../../texts/languages.js';
import { type Limits, waitOf } from '../../throttling/limit.js';

/** The most mails about factors to one user within a day. */
const MOST_MAILS = 20;
const DAY_SECONDS = 86_400;

/**
 * Makes a change of factors with a mail about it to the user, in the unit of the change (OWASP ASVS 5, 6.3.7). There is
 * none without a mail server, without a verified address, or after too many on one day.
 *
 * @param change makes the change. It passes `mails` to the store
 */
export type WithFactorNotice = <T>(
  template: FactorChange,
  account: Pick<AccountRecord, 'id'>,
  change: (mails: AccountMails | undefined) => Promise<T>,
) => Promise<T>;

export interface FactorNoticeDependencies {
  readonly mailer: Pick<Mailer, 'isConfigured' | 'compose' | 'wake'>;
  readonly limits: Limits;
  readonly clock: Clock;
  /** The page to reset a password. */
  readonly resetHref: string;
}

export function createFactorNotices(dependencies: FactorNoticeDependencies): WithFactorNotice {
  const { mailer, limits, clock, resetHref } = dependencies;
  const byAccount = limits.exact({
    name: 'mails about factors by account',
    points: MOST_MAILS,
    windowSeconds: DAY_SECONDS,
  });

  return async (template, { id }, change) => {
    if (!mailer.isConfigured || waitOf(await byAccount.count(id)) > 0) return change(undefined);
    let isWritten = false;
    try {
      return await change((account) => {
        const { email, emailVerified } = account;
        if (email === null || !emailVerified) return [];
        isWritten = true;
        const language = languageOfAccount(account) ?? DEFAULT_LANGUAGE;
        return [mailer.compose({ template, to: email, language, values: { at: clock(), link: resetHref } })];
      });
    } finally {
      // Attempts that change nothing must not use up the mails about later changes.
      if (isWritten) mailer.wake();
      else await byAccount.refund(id);
    }
  };
}

/** Makes changes without mails: for commands, which have no mail server. */
export const withoutFactorNotice: WithFactorNotice = (_template, _account, change) => change(undefined);
