import type { Clock } from '../../crypto/clock.js';
import { sha256 } from '../../crypto/hash.js';
import { type Random, randomSecret } from '../../crypto/random.js';
import type { AddressedMail, Mailer } from '../../mail/mailer.js';
import type {
  AccountLinkRecord,
  AccountLinkStore,
  LinkPurpose,
  LinkToSpend,
  Note,
} from '../../storage/ports/index.js';

/** How long the links of each purpose work, in seconds. */
export const linkSeconds = {
  signUp: 86_400,
  invitation: 7 * 86_400,
  resetPassword: 1800,
  changeEmail: 86_400,
  signIn: 600,
} as const satisfies Partial<Record<LinkPurpose, number>>;

export type SentPurpose = keyof typeof linkSeconds;

/** The address of the page behind the links of each purpose. */
export type LinkAddresses = Readonly<Record<SentPurpose, string>>;

export interface NewLink {
  readonly purpose: SentPurpose;
  /** Null where there is no account, or none yet. */
  readonly accountId: string | null;
  /** The recipient, in its normal form. */
  readonly email: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  /**
   * Makes the mail. A mail that does not use the link leaves a row without a use: the request then does the same work
   * as one that sends it.
   *
   * @param tokenHash the hash of the token in the link
   */
  readonly mail: (href: string, tokenHash: string) => AddressedMail;
  /** The audit event of it, in the same transaction. */
  readonly note?: Note<AccountLinkRecord>;
}

/** Links in mails that work once. */
export interface AccountLinks {
  /**
   * Writes a link and its mail. If too many mails wait, both are dropped and logged.
   *
   * @returns `id`: the hash of the token
   */
  send(link: NewLink): Promise<{ readonly outcome: 'sent' | 'full'; readonly id: string }>;
  /** The link with this token, if it is neither spent nor expired. Finding it does not spend it. */
  find(purpose: SentPurpose, token: string | null): Promise<AccountLinkRecord | undefined>;
  /** The links of an account that are neither spent nor expired. */
  pendingOf(accountId: string, purpose: SentPurpose): Promise<readonly AccountLinkRecord[]>;
  /** What a change spends in its unit. */
  toSpend(link: AccountLinkRecord): LinkToSpend;
}

export interface AccountLinksDependencies {
  readonly links: Pick<AccountLinkStore, 'create' | 'find' | 'pendingOf'>;
  readonly mailer: Pick<Mailer, 'compose' | 'wake'>;
  readonly addresses: LinkAddresses;
  readonly clock: Clock;
  readonly random: Random;
  readonly onFull: (template: string) => void;
}

export function createAccountLinks(dependencies: AccountLinksDependencies): AccountLinks {
  const { links, mailer, addresses, clock, random, onFull } = dependencies;
  return {
    async send({ purpose, accountId, email, payload = {}, mail, note }) {
      const token = randomSecret(random);
      const href = `${addresses[purpose]}?token=${token}`;
      const now = clock();
      const record: AccountLinkRecord = {
        tokenHash: sha256(token),
        purpose,
        accountId,
        email,
        payload,
        createdAt: now,
        expiresAt: now + linkSeconds[purpose],
      };
      const { tokenHash } = record;
      const letter = mailer.compose(mail(href, tokenHash));
      const outcome = await links.create(record, letter, note);
      if (outcome === 'full') onFull(letter.template);
      mailer.wake();
      return { outcome: outcome === 'full' ? 'full' : 'sent', id: tokenHash };
    },
    async find(purpose, token) {
      if (token === null || token === '') return undefined;
      return links.find({ tokenHash: sha256(token), purpose, now: clock() });
    },
    pendingOf: (accountId, purpose) => links.pendingOf(accountId, purpose, clock()),
    toSpend: ({ tokenHash, purpose }) => ({ tokenHash, purpose, now: clock() }),
  };
}
