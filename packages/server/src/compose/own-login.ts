import type { AccountManagement } from '../accounts/account-management.js';
import type { KnownBrowsers } from '../accounts/known-browsers.js';
import type { Passwords } from '../accounts/passwords.js';
import { createFileList, createRangeList } from '../accounts/self-service/breached-passwords.js';
import type { EmailSignIn } from '../accounts/self-service/email-sign-in.js';
import { createAccountLinks } from '../accounts/self-service/links.js';
import { createMailThrottle } from '../accounts/self-service/mail-throttle.js';
import {
  createNewBrowserNotice,
  type NoticeNewBrowser,
} from '../accounts/self-service/new-browser-notice.js';
import { createOwnLogin, type OwnLogin } from '../accounts/self-service/own-login.js';
import { createPasswordPolicy } from '../accounts/self-service/password-policy.js';
import { createSignUp, type SignUp } from '../accounts/self-service/sign-up.js';
import type { SignInEvents } from '../accounts/sign-in-events.js';
import type { SignInThrottle } from '../accounts/throttle.js';
import type { CreateEvent } from '../audit/events.js';
import { paths } from '../endpoints/paths.js';
import type { Mailer } from '../mail/mailer.js';
import type { Outbound } from '../outbound/outbound.js';
import type { ServerDependencies } from './dependencies.js';
import { createEmailSignInOf } from './email-sign-in.js';
import { resetHrefOf } from './other-sign-ins.js';

export interface OwnLoginServices {
  readonly createEvent: CreateEvent;
  readonly passwords: Passwords;
  readonly mailer: Mailer;
  readonly outbound: Outbound;
  readonly accountManagement: AccountManagement;
  readonly knownBrowsers: KnownBrowsers;
  readonly signInThrottle: SignInThrottle;
  readonly signInEvents: SignInEvents;
}

export interface OwnLogins {
  readonly signUp: SignUp;
  readonly ownLogin: OwnLogin;
  readonly noticeNewBrowser: NoticeNewBrowser;
  /** Undefined unless users can sign in by email. */
  readonly emailSignIn: EmailSignIn | undefined;
}

/** What users do themselves about their account: sign-up, password, email address. */
export function createOwnLogins(dependencies: ServerDependencies, services: OwnLoginServices): OwnLogins {
  const { config, store, log, clock, random, limits } = dependencies;
  const { createEvent, passwords, mailer, outbound, accountManagement, knownBrowsers } = services;
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
      signIn: issuer + paths.emailLink[0],
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
    resetHref: resetHrefOf(config),
    createEvent,
  };
  const { resetHref, throttle: mailThrottle } = common;
  return {
    noticeNewBrowser: createNewBrowserNotice({ mailer, knownBrowsers, limits, clock, resetHref }),
    signUp: createSignUp({ ...common, passwords, clock }),
    emailSignIn: createEmailSignInOf(dependencies, {
      links,
      mailThrottle,
      throttle: services.signInThrottle,
      knownBrowsers,
      events: services.signInEvents,
    }),
    ownLogin: createOwnLogin({ ...common, management: accountManagement, mailer, knownBrowsers }),
  };
}
