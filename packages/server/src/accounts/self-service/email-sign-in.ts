import type { Clock } from '../../crypto/clock.js';
import { equalInConstantTime } from '../../crypto/hash.js';
import type {
  AccountLinkRecord,
  AccountLinkStore,
  AccountRecord,
  AccountStore,
  ExternalIdentityStore,
} from '../../storage/ports/index.js';
import { type Limits, waitOf } from '../../throttling/limit.js';
import { authenticationIn, unspecifiedContext } from '../authentication-context.js';
import type { StepBrowser } from '../factors/factor-steps.js';
import type { KnownBrowsers } from '../known-browsers.js';
import type { AuthenticatedUser, SignInOrigin } from '../sign-in.js';
import type { SignInEvents } from '../sign-in-events.js';
import type { SignInThrottle } from '../throttle.js';
import type { EmailCodes } from './email-codes.js';
import { type AccountLinks, linkSeconds } from './links.js';
import type { MailThrottle } from './mail-throttle.js';
import { readMailbox } from './mailbox.js';
import type { MailRequester } from './sign-up.js';

/** Codes that may be typed for one mail. */
const TRIES = 5;

/** Wrong codes for one email address in an hour, whatever the mails. */
const MOST_FAILURES = 10;
const WINDOW_SECONDS = 3600;

/** Where a request of a sign-in by email comes from. */
export interface EmailSignInOrigin extends Pick<SignInOrigin, 'address' | 'knownBrowserCookie'> {
  readonly browser: StepBrowser;
}

/** @property id names the request in the browser that sent it. It gives no access. */
export type EmailSignInRequest =
  | { readonly outcome: 'sent'; readonly id: string }
  | { readonly outcome: 'invalidEmail' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

/** A sign-in that waits for the code or the link in its mail. */
export interface PendingEmailSignIn {
  readonly record: AccountLinkRecord;
  /** The sealed ticket of the authorization request. */
  readonly ticket: string | undefined;
}

/** `elsewhere` in another browser than the one that asked; `expired` also if it is spent or unknown. */
export type FoundEmailSignIn = PendingEmailSignIn | 'elsewhere' | 'expired';

export type EmailSignInOutcome =
  | { readonly outcome: 'authenticated'; readonly user: AuthenticatedUser }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

/**
 * Signs a user in with a code or a link in a mail. Both work once, for ten minutes, in the browser that asked for them only:
 * a link that another user sends signs no one in to their account (login CSRF), and one that is opened by mistake signs in
 * no other browser.
 */
export interface EmailSignIn {
  /**
   * Sends a code and a link to the verified address of an account, and a notice to any other address. Both are the same
   * work, and both have a request whose codes can be tried.
   *
   * @param ticket the sealed ticket of the authorization request
   */
  request(
    email: string,
    requester: MailRequester & EmailSignInOrigin,
    ticket: string | undefined,
  ): Promise<EmailSignInRequest>;
  /** Finds the request of a page. */
  find(id: string | null, browser: StepBrowser): Promise<FoundEmailSignIn>;
  /** Finds the request of a link. Finding it does not spend it. */
  findByLink(token: string | null, browser: StepBrowser): Promise<FoundEmailSignIn>;
  /** Checks a code, and spends the request if it is right. It opens no session. */
  enterCode(
    pending: PendingEmailSignIn,
    code: string,
    origin: EmailSignInOrigin,
  ): Promise<EmailSignInOutcome>;
  /** Spends the request of a link. It opens no session. */
  useLink(pending: PendingEmailSignIn, origin: EmailSignInOrigin): Promise<EmailSignInOutcome>;
}

export interface EmailSignInDependencies {
  readonly accounts: Pick<AccountStore, 'findByLogin'>;
  readonly identities: Pick<ExternalIdentityStore, 'list'>;
  readonly links: AccountLinks;
  readonly requests: Pick<AccountLinkStore, 'find' | 'spend'>;
  readonly codes: EmailCodes;
  readonly mailThrottle: MailThrottle;
  readonly throttle: Pick<SignInThrottle, 'admitAddress' | 'succeededAt'>;
  readonly limits: Limits;
  readonly knownBrowsers: KnownBrowsers;
  readonly events: Pick<SignInEvents, 'refused'>;
  readonly clock: Clock;
}

export function createEmailSignIn(dependencies: EmailSignInDependencies): EmailSignIn {
  const { accounts, identities, links, requests, codes, mailThrottle, throttle, limits } = dependencies;
  const { knownBrowsers, events, clock } = dependencies;
  const tries = limits.exact({
    name: 'email codes by mail',
    points: TRIES,
    windowSeconds: linkSeconds.signIn,
  });
  const failures = limits.exact({
    name: 'email codes by address',
    points: MOST_FAILURES,
    windowSeconds: WINDOW_SECONDS,
  });

  /** The account that may sign in with this address. All cases are the same work. */
  async function findUser(email: string): Promise<{
    readonly found: AccountRecord | undefined;
    readonly user: AccountRecord | undefined;
  }> {
    const found = await accounts.findByLogin(email);
    const linked = await identities.list(found?.id ?? '');
    // An account that another system created signs in there: otherwise its user could sign in after being removed there.
    const isOwn = !linked.some(({ managesProfile }) => managesProfile);
    const mayUse =
      found !== undefined &&
      isOwn &&
      found.email === email &&
      found.emailVerified &&
      found.disabledAt === null;
    return { found, user: mayUse ? found : undefined };
  }

  const knownBrowserOf = (account: AccountRecord | undefined, cookie: string | undefined) =>
    account === undefined ? undefined : knownBrowsers.find(cookie, account);

  function pendingOf(record: AccountLinkRecord | undefined, browser: StepBrowser): FoundEmailSignIn {
    if (record === undefined) return 'expired';
    const { browserId, ticket } = record.payload;
    if (typeof browserId !== 'string' || !browser.is(browserId)) return 'elsewhere';
    return { record, ticket: typeof ticket === 'string' ? ticket : undefined };
  }

  const throttled = (retryAfterSeconds: number) => ({ outcome: 'throttled', retryAfterSeconds }) as const;

  /** Of simultaneous attempts, one spends the request. */
  async function spend(
    { record: { tokenHash, accountId } }: PendingEmailSignIn,
    user: AccountRecord | undefined,
    { address }: EmailSignInOrigin,
  ): Promise<EmailSignInOutcome> {
    const now = clock();
    const spent = await requests.spend({ tokenHash, purpose: 'signIn', now });
    if (spent === undefined || user === undefined || user.id !== accountId) return { outcome: 'expired' };
    await throttle.succeededAt(address);
    // RFC 8176 §2 has no method for mails: `otp` is a password that works once.
    const authentication = authenticationIn(unspecifiedContext, now, ['otp']);
    return { outcome: 'authenticated', user: { account: user, authentication, method: 'email' } };
  }

  return {
    async request(text, { address, language, browser, knownBrowserCookie }, ticket) {
      const email = readMailbox(text);
      if (email === undefined) return { outcome: 'invalidEmail' };
      const addressWait = await mailThrottle.admitAddress(address);
      if (addressWait > 0) return throttled(addressWait);
      const { user } = await findUser(email);
      const wait = await mailThrottle.admitMailbox(email, knownBrowserOf(user, knownBrowserCookie));
      if (wait > 0) return throttled(wait);
      const { id } = await links.send({
        purpose: 'signIn',
        accountId: user?.id ?? null,
        email,
        payload: { browserId: browser.id, ...(ticket === undefined ? {} : { ticket }) },
        mail: (link, tokenHash) =>
          user === undefined
            ? { template: 'signInNoAccount', to: email, language, values: {} }
            : {
                template: 'signInCode',
                to: email,
                language,
                values: { code: codes.codeOf(tokenHash), link, minutes: linkSeconds.signIn / 60 },
              },
      });
      return { outcome: 'sent', id };
    },
    async find(id, browser) {
      if (id === null || id === '') return 'expired';
      return pendingOf(await requests.find({ tokenHash: id, purpose: 'signIn', now: clock() }), browser);
    },
    findByLink: async (token, browser) => pendingOf(await links.find('signIn', token), browser),
    async enterCode(pending, code, origin) {
      const { tokenHash, accountId, email } = pending.record;
      const { address, knownBrowserCookie } = origin;
      const addressWait = await throttle.admitAddress(address);
      if (addressWait > 0) return throttled(addressWait);
      const { found, user } = await findUser(email);
      // Another user, who asks for mails to this address, cannot use up the attempts of browsers that its owner has used.
      const counted = JSON.stringify([email, knownBrowserOf(found, knownBrowserCookie)]);
      const wait = waitOf(await failures.count(counted)) || waitOf(await tries.count(tokenHash));
      if (wait > 0) {
        await events.refused(found, address, 'too_many_attempts');
        return throttled(wait);
      }
      const isRight = equalInConstantTime(codes.read(code), codes.codeOf(tokenHash));
      // The code of a request without an account was never sent.
      if (!isRight || accountId === null) {
        await events.refused(found, address, 'wrong_email_code');
        return { outcome: 'refused' };
      }
      await failures.reset(counted);
      return spend(pending, user, origin);
    },
    async useLink(pending, origin) {
      const wait = await throttle.admitAddress(origin.address);
      if (wait > 0) return throttled(wait);
      return spend(pending, (await findUser(pending.record.email)).user, origin);
    },
  };
}
