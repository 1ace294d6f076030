import { type CreateEvent, type EventDetails, userActor } from '../../audit/events.js';
import type { Mailer } from '../../mail/mailer.js';
import {
  type AccountLinkRecord,
  type AccountRecord,
  type AccountStore,
  LinkUnusable,
  type MailRecord,
  type WithChange,
} from '../../storage/ports/index.js';
import { languageOfAccount } from '../../texts/choose-language.js';
import { DEFAULT_LANGUAGE } from '../../texts/languages.js';
import type { Message } from '../../texts/texts.js';
import type { AccountChangeFields } from '../account-fields.js';
import type { AccountManagement } from '../account-management.js';
import type { KnownBrowsers } from '../known-browsers.js';
import { type AccountLinks, linkSeconds } from './links.js';
import type { MailThrottle } from './mail-throttle.js';
import { readMailbox } from './mailbox.js';
import type { PasswordPolicy } from './password-policy.js';
import type { MailRequester, MailRequestOutcome } from './sign-up.js';

export type ResetOutcome =
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'refused'; readonly problem: Message; readonly link: AccountLinkRecord }
  | { readonly outcome: 'unusable' };

/** A new password, as its user chose it. */
export interface ChosenPassword {
  readonly password: string;
  /** Whether the access of apps, and API keys, end too. */
  readonly endAccess: boolean;
}

/** How users change their own password and email address. */
export interface OwnLogin {
  /**
   * Sends a link to the verified address of an account with a password, and a notice to any other address. Both are the
   * same work.
   */
  requestReset(email: string, requester: MailRequester): Promise<MailRequestOutcome>;
  /** The link with this token. It is not spent. */
  findReset(token: string | null): Promise<AccountLinkRecord | undefined>;
  /** Spends the link and changes the password. All sessions end. */
  reset(token: string | null, chosen: ChosenPassword, address: string): Promise<ResetOutcome>;
  /** Changes the password of a signed-in user who has authenticated recently. All sessions end. */
  changePassword(
    account: AccountRecord,
    chosen: ChosenPassword,
    address: string,
  ): Promise<{ readonly changed: AccountRecord } | { readonly problem: Message }>;
  /** Sends a link to the new address. The user's address changes when the link is confirmed. */
  requestEmail(account: AccountRecord, email: string, requester: MailRequester): Promise<MailRequestOutcome>;
  /** The link to a new address of this account. It is not spent. */
  findEmail(account: AccountRecord, token: string | null): Promise<AccountLinkRecord | undefined>;
  /** The new addresses of this account that wait for their confirmation. */
  pendingEmails(accountId: string): Promise<readonly AccountLinkRecord[]>;
  /** Spends the link and changes the address. The former address gets a mail. */
  confirmEmail(
    account: AccountRecord,
    token: string | null,
    address: string,
  ): Promise<'changed' | 'unusable'>;
}

export interface OwnLoginDependencies {
  readonly accounts: Pick<AccountStore, 'find' | 'findByLogin'>;
  readonly management: Pick<AccountManagement, 'update'>;
  readonly links: AccountLinks;
  readonly mailer: Pick<Mailer, 'compose' | 'isConfigured' | 'wake'>;
  readonly throttle: MailThrottle;
  readonly knownBrowsers: Pick<KnownBrowsers, 'find'>;
  readonly policy: PasswordPolicy;
  readonly resetHref: string;
  readonly createEvent: CreateEvent;
}

/** Cancels a change: the account is not the one that the link was sent to. */
class OtherAccount extends Error {}

export function createOwnLogin(dependencies: OwnLoginDependencies): OwnLogin {
  const { accounts, management, links, mailer, throttle, knownBrowsers, policy, resetHref, createEvent } =
    dependencies;

  /** A mail to the address that an account had before a change. */
  const toFormer =
    (mail: (before: AccountRecord, after: AccountRecord) => Parameters<Mailer['compose']>[0]) =>
    (before: AccountRecord, after: AccountRecord): readonly MailRecord[] =>
      mailer.isConfigured && before.email !== null && before.emailVerified
        ? [mailer.compose(mail(before, after))]
        : [];

  const passwordChanged = toFormer(({ email, claims }) => ({
    template: 'passwordChanged',
    to: email ?? '',
    language: languageOfAccount({ claims }) ?? DEFAULT_LANGUAGE,
    values: { link: resetHref },
  }));

  const emailChanged = toFormer(({ email, claims }, after) => ({
    template: 'emailChanged',
    to: email ?? '',
    language: languageOfAccount({ claims }) ?? DEFAULT_LANGUAGE,
    values: { newEmail: after.email ?? '' },
  }));

  /** @returns undefined if the link or the account does not allow the change */
  async function change(
    account: AccountRecord,
    fields: AccountChangeFields,
    {
      via,
      address,
      isAllowed,
      ...also
    }: WithChange & {
      readonly via: string;
      readonly address: string;
      readonly isAllowed: (account: AccountRecord) => boolean;
    },
  ): Promise<AccountRecord | undefined> {
    try {
      const updated = await management.update(account.id, fields, {
        event: (details: Omit<EventDetails, 'actor' | 'via' | 'address'>) =>
          createEvent({ ...details, actor: userActor(account), via, address }),
        inspect(current) {
          if (!isAllowed(current)) throw new OtherAccount();
        },
        also,
      });
      mailer.wake();
      return typeof updated === 'string' ? undefined : updated;
    } catch (error) {
      if (error instanceof LinkUnusable || error instanceof OtherAccount) return undefined;
      throw error;
    }
  }

  const passwordFields = ({ password, endAccess }: ChosenPassword): AccountChangeFields => ({
    password,
    ...(endAccess ? { end_access: true } : {}),
  });

  return {
    async requestReset(text, { address, language, knownBrowserCookie }) {
      const email = readMailbox(text);
      if (email === undefined) return { outcome: 'invalidEmail' };
      const addressWait = await throttle.admitAddress(address);
      if (addressWait > 0) return { outcome: 'throttled', retryAfterSeconds: addressWait };
      const account = await accounts.findByLogin(email);
      const knownBrowser = account && knownBrowsers.find(knownBrowserCookie, account);
      const retryAfterSeconds = await throttle.admitMailbox(email, knownBrowser);
      if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
      const isOwn = account !== undefined && canReset(account, email);
      await links.send({
        purpose: 'resetPassword',
        accountId: isOwn ? account.id : null,
        email,
        mail: (link) =>
          isOwn
            ? {
                template: 'resetPassword',
                to: email,
                language,
                values: { link, minutes: linkSeconds.resetPassword / 60 },
              }
            : { template: 'noAccount', to: email, language, values: {} },
      });
      return { outcome: 'sent', email };
    },
    findReset: (token) => links.find('resetPassword', token),
    async reset(token, chosen, address) {
      const link = await links.find('resetPassword', token);
      const account = link?.accountId ? await accounts.find(link.accountId) : undefined;
      if (link === undefined || account === undefined) return { outcome: 'unusable' };
      const problem = await policy.problemOf(chosen.password, account);
      if (problem !== undefined) return { outcome: 'refused', problem, link };
      const changed = await change(account, passwordFields(chosen), {
        via: 'reset_link',
        address,
        isAllowed: (current) => canReset(current, link.email),
        link: links.toSpend(link),
        mails: passwordChanged,
      });
      return { outcome: changed === undefined ? 'unusable' : 'changed' };
    },
    async changePassword(account, chosen, address) {
      const problem = await policy.problemOf(chosen.password, account);
      if (problem !== undefined) return { problem };
      const changed = await change(account, passwordFields(chosen), {
        via: 'session',
        address,
        // Another change of the password has ended the session that this one comes from.
        isAllowed: (current) => current.passwordHash === account.passwordHash,
        mails: passwordChanged,
      });
      return changed === undefined ? { problem: { key: 'account.otherUser' } } : { changed };
    },
    async requestEmail(account, text, { address, language }) {
      const email = readMailbox(text);
      if (email === undefined) return { outcome: 'invalidEmail' };
      const retryAfterSeconds = await throttle.admit(address, email);
      if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
      const owner = await accounts.findByLogin(email);
      const isFree = owner === undefined || owner.id === account.id;
      await links.send({
        purpose: 'changeEmail',
        accountId: account.id,
        email,
        mail: (link) =>
          isFree
            ? {
                template: 'changeEmail',
                to: email,
                language,
                values: { link, hours: linkSeconds.changeEmail / 3600 },
              }
            : { template: 'emailInUse', to: email, language, values: {} },
      });
      return { outcome: 'sent', email };
    },
    async findEmail({ id }, token) {
      const link = await links.find('changeEmail', token);
      return link?.accountId === id ? link : undefined;
    },
    pendingEmails: (accountId) => links.pendingOf(accountId, 'changeEmail'),
    async confirmEmail(account, token, address) {
      const link = await links.find('changeEmail', token);
      if (link === undefined || link.accountId !== account.id) return 'unusable';
      const changed = await change(
        account,
        { email: link.email, email_verified: true },
        {
          via: 'session',
          address,
          isAllowed: ({ disabledAt }) => disabledAt === null,
          link: links.toSpend(link),
          mails: emailChanged,
        },
      );
      return changed === undefined ? 'unusable' : 'changed';
    },
  };
}

/**
 * Whether a link to this address may change the password. An unverified address can be that of another user. An account
 * without a password signs in another way, which the operator has chosen.
 */
function canReset(account: AccountRecord, email: string): boolean {
  const { disabledAt, emailVerified, passwordHash } = account;
  return account.email === email && emailVerified && disabledAt === null && passwordHash !== null;
}
