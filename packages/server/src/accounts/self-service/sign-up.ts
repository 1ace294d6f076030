import { type CreateEvent, type EventDetails, userActor } from '../../audit/events.js';
import type { Clock } from '../../crypto/clock.js';
import {
  type AccountLinkRecord,
  type AccountStore,
  type AuditEvent,
  type LinkPurpose,
  LinkUnusable,
} from '../../storage/ports/index.js';
import type { Language } from '../../texts/languages.js';
import type { Message } from '../../texts/texts.js';
import { networksOf } from '../../throttling/network-of.js';
import { representAccount } from '../account-representation.js';
import { authenticationIn, passwordContext } from '../authentication-context.js';
import { newAccountRecord } from '../create-account.js';
import type { Passwords } from '../passwords.js';
import type { AuthenticatedUser } from '../sign-in.js';
import { type AccountLinks, linkSeconds } from './links.js';
import type { MailThrottle } from './mail-throttle.js';
import { readMailbox } from './mailbox.js';
import type { PasswordPolicy } from './password-policy.js';

/** Where a request for a mail comes from. */
export interface MailRequester {
  readonly address: string;
  readonly language: Language;
  /** The cookie that recognizes a browser that has signed in before. */
  readonly knownBrowserCookie: string | undefined;
}

/** Whether a mail was sent. It does not say which one. */
export type MailRequestOutcome =
  | { readonly outcome: 'sent'; readonly email: string }
  | { readonly outcome: 'invalidEmail' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

/** `exists` if an account has the address, and `full` if too many mails wait. */
export type InvitationOutcome =
  | { readonly email: string; readonly expiresAt: number }
  | 'exists'
  | 'invalidEmail'
  | 'full';

export type SignUpOutcome =
  | { readonly outcome: 'created'; readonly user: AuthenticatedUser; readonly link: AccountLinkRecord }
  | { readonly outcome: 'refused'; readonly problem: Message; readonly link: AccountLinkRecord }
  | { readonly outcome: 'unusable' };

/**
 * How users create their own accounts. An account exists only after its owner has opened the link in the mail and chosen a
 * password there: an attacker cannot prepare an account with the address of another user.
 */
export interface SignUp {
  /**
   * Sends a link to an address without an account, and a notice to one with an account. Both are the same work.
   *
   * @param ticket the sealed ticket of the authorization request
   */
  request(email: string, requester: MailRequester, ticket: string | undefined): Promise<MailRequestOutcome>;
  /** Sends an invitation, for an administrator. It is not limited by mailbox. */
  invite(
    email: string,
    language: Language,
    event: (details: Omit<EventDetails, 'actor' | 'via' | 'address'>) => AuditEvent,
  ): Promise<InvitationOutcome>;
  /** The link with this token. It is not spent. */
  find(token: string | null): Promise<AccountLinkRecord | undefined>;
  /**
   * Spends the link and creates the account.
   *
   * @throws QueueFull if too many passwords wait to be hashed
   */
  complete(
    token: string | null,
    chosen: { readonly name: string; readonly password: string },
    requester: MailRequester,
  ): Promise<SignUpOutcome>;
}

export interface SignUpDependencies {
  readonly accounts: Pick<AccountStore, 'create' | 'findByLogin'>;
  readonly links: AccountLinks;
  readonly throttle: MailThrottle;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly policy: PasswordPolicy;
  /** The page to reset a password, for users who already have an account. */
  readonly resetHref: string;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
}

const MAX_NAME = 256;

/** The purposes of links that create an account. */
const purposes = ['signUp', 'invitation'] as const satisfies readonly LinkPurpose[];

export function createSignUp(dependencies: SignUpDependencies): SignUp {
  const { accounts, links, throttle, passwords, policy, resetHref, createEvent, clock } = dependencies;

  async function find(token: string | null): Promise<AccountLinkRecord | undefined> {
    for (const purpose of purposes) {
      const link = await links.find(purpose, token);
      if (link !== undefined) return link;
    }
    return undefined;
  }

  return {
    async request(text, { address, language }, ticket) {
      const email = readMailbox(text);
      if (email === undefined) return { outcome: 'invalidEmail' };
      const retryAfterSeconds = await throttle.admit(address, email);
      if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
      const existing = await accounts.findByLogin(email);
      await links.send({
        purpose: 'signUp',
        accountId: null,
        email,
        payload: ticket === undefined ? {} : { ticket },
        mail: (link) =>
          existing === undefined
            ? {
                template: 'signUp',
                to: email,
                language,
                values: { link, hours: linkSeconds.signUp / 3600 },
              }
            : { template: 'accountExists', to: email, language, values: { link: resetHref } },
      });
      return { outcome: 'sent', email };
    },
    async invite(text, language, event) {
      const email = readMailbox(text);
      if (email === undefined) return 'invalidEmail';
      if ((await accounts.findByLogin(email)) !== undefined) return 'exists';
      const { outcome } = await links.send({
        purpose: 'invitation',
        accountId: null,
        email,
        mail: (link) => ({
          template: 'invitation',
          to: email,
          language,
          values: { link, days: linkSeconds.invitation / 86_400 },
        }),
        note: () => event({ type: 'account.invited', after: { email } }),
      });
      if (outcome === 'full') return 'full';
      return { email, expiresAt: clock() + linkSeconds.invitation };
    },
    find,
    async complete(token, { name, password }, { address, language }) {
      const link = await find(token);
      if (link === undefined) return { outcome: 'unusable' };
      const refused = (problem: Message): SignUpOutcome => ({ outcome: 'refused', problem, link });
      if (name === '' || name.length > MAX_NAME || /\p{Cc}/u.test(name) || !name.isWellFormed()) {
        return refused({ key: 'signUp.invalidName' });
      }
      const problem = await policy.problemOf(password, { id: link.tokenHash, email: link.email, name });
      if (problem !== undefined) return refused(problem);
      const work = { lane: networksOf(address).narrow, isKnown: false };
      const passwordHash = await passwords.hash(password, work);
      const now = clock();
      const fields = { email: link.email, name, claims: { locale: language } };
      const account = newAccountRecord(fields, passwordHash, now);
      const via = link.purpose === 'invitation' ? 'invitation' : 'sign_up';
      const note = () =>
        createEvent({
          type: 'account.created',
          actor: userActor(account),
          via,
          address,
          target: { type: 'account', id: account.id },
          accountId: account.id,
          after: representAccount(account),
        });
      try {
        const created = await accounts.create(account, note, links.toSpend(link));
        if (created === 'usernameTaken') return { outcome: 'unusable' };
      } catch (error) {
        if (error instanceof LinkUnusable) return { outcome: 'unusable' };
        throw error;
      }
      const authentication = authenticationIn(passwordContext, now);
      return { outcome: 'created', user: { account, authentication, method: 'password' }, link };
    },
  };
}
