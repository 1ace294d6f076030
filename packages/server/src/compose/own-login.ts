import type { AccountManagement } from '../accounts/account-management.js';
import { createFileList, createRangeList } from '../accounts/breached-passwords.js';
import type { KnownBrowsers } from '../accounts/known-browsers.js';
import { createAccountLinks } from '../accounts/links.js';
import { createMailThrottle } from '../accounts/mail-throttle.js';
import { createNewBrowserNotice, type NoticeNewBrowser } from '../accounts/new-browser-notice.js';
import { createOwnLogin, type OwnLogin } from '../accounts/own-login.js';
import { createPasswordPolicy } from '../accounts/password-policy.js';
import type { Passwords } from '../accounts/passwords.js';
import { createSignUp, type SignUp } from '../accounts/sign-up.js';
import type { CreateEvent } from '../audit/events.js';
import { paths } from '../endpoints/paths.js';
import type { Mailer } from '../mail/mailer.js';
import type { Outbound } from '../outbound/outbound.js';
import type { ServerDependencies } from './dependencies.js';

export interface OwnLoginServices {
  readonly createEvent: CreateEvent;
  readonly passwords: Passwords;
  readonly mailer: Mailer;
  readonly outbound: Outbound;
  readonly accountManagement: AccountManagement;
  readonly knownBrowsers: KnownBrowsers;
}

export interface OwnLogins {
  readonly signUp: SignUp;
  readonly ownLogin: OwnLogin;
  readonly noticeNewBrowser: NoticeNewBrowser;
}

/** What users do themselves about their account: sign-up, password, email address. */
export function createOwnLogins(
  { config, store, log, clock, random, limits }: ServerDependencies,
  { createEvent, passwords, mailer, outbound, accountManagement, knownBrowsers }: OwnLoginServices,
): OwnLogins {
  const { issuer, breachedPasswords: list } = config;
  const onFailure = (error: unknown) =>
    log.error('the list of stolen passwords could not be read; a new password was not checked', {
      err: error,
    });
  const breached =
    list === 'off'
      ? undefined
      : list.startsWith('file:')
        ? createFileList(list.slice('file:'.length), onFailure)
        : createRangeList(outbound, list, onFailure);
  const links = createAccountLinks({
    links: store.accountLinks,
    mailer,
    addresses: {
      signUp: issuer + paths.completeSignUp[0],
      invitation: issuer + paths.completeSignUp[0],
      resetPassword: issuer + paths.chooseNewPassword[0],
      changeEmail: `${issuer}${paths.account[0]}/email/confirm`,
    },
    clock,
    random,
    onFull: (template) => log.error('too many mails wait to be sent; a mail was dropped', { template }),
  });
  const common = {
    accounts: store.accounts,
    links,
    throttle: createMailThrottle(limits, config),
    policy: createPasswordPolicy(config.passwordMinLength, breached, limits),
    resetHref: issuer + paths.resetPassword[0],
    createEvent,
  };
  const { resetHref } = common;
  return {
    noticeNewBrowser: createNewBrowserNotice({ mailer, knownBrowsers, limits, clock, resetHref }),
    signUp: createSignUp({ ...common, passwords, clock }),
    ownLogin: createOwnLogin({ ...common, management: accountManagement, mailer, knownBrowsers }),
  };
}
