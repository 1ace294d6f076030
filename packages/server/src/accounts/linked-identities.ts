import { type CreateEvent, userActor } from '../audit/events.js';
import type { Clock } from '../crypto/clock.js';
import type {
  AccountRecord,
  ExternalIdentityRecord,
  ExternalIdentityStore,
  Note,
  OtherWaysIn,
} from '../storage/ports/index.js';
import { DIRECTORY_ID } from './directory-bound.js';
import type { UnlinkedIdentity } from './external-identity.js';
import { operatorProvider } from './operator-users.js';

/** The most identities of one account. */
const MOST_IDENTITIES = 20;

/** The external identities that a signed-in user has added to the account. */
export interface LinkedIdentities {
  list(account: Pick<AccountRecord, 'id'>): Promise<readonly ExternalIdentityRecord[]>;
  /**
   * Adds an identity to an account. The caller has proof of both: the user has signed in to the account and has
   * authenticated at the provider, in one browser.
   *
   * @returns `taken` if the identity belongs to an account already
   */
  link(
    account: AccountRecord,
    identity: UnlinkedIdentity,
    address: string,
  ): Promise<'linked' | 'taken' | 'tooMany' | 'missing'>;
  /** @returns `lastWayIn` if the user could no longer sign in */
  unlink(
    account: AccountRecord,
    identity: Pick<UnlinkedIdentity, 'provider' | 'subject'>,
    address: string,
  ): Promise<'unlinked' | 'missing' | 'lastWayIn'>;
}

/**
 * Whether identities of this provider belong to the operator: those of the directory, and those of the application or the
 * operator's sign-in page. Users could otherwise leave the system that decides about their access.
 */
export function isOfOperator(provider: string): boolean {
  return provider === DIRECTORY_ID || provider === operatorProvider.id;
}

export interface LinkedIdentityDependencies {
  readonly identities: Pick<ExternalIdentityStore, 'list' | 'link' | 'unlink'>;
  readonly otherWays: OtherWaysIn;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
}

export function createLinkedIdentities({
  identities,
  otherWays,
  createEvent,
  clock,
}: LinkedIdentityDependencies): LinkedIdentities {
  const noteOf =
    (
      type: 'identity.linked' | 'identity.unlinked',
      account: AccountRecord,
      address: string,
    ): Note<ExternalIdentityRecord> =>
    ({ provider, label }) =>
      createEvent({
        type,
        actor: userActor(account),
        via: 'session',
        address,
        target: { type: 'account', id: account.id },
        accountId: account.id,
        [type === 'identity.linked' ? 'after' : 'before']: { provider, label },
      });

  return {
    list: ({ id }) => identities.list(id),
    link: (account, identity, address) => {
      const now = clock();
      return identities.link(
        { ...identity, accountId: account.id, managesProfile: false, createdAt: now, lastUsedAt: now },
        MOST_IDENTITIES,
        noteOf('identity.linked', account, address),
      );
    },
    unlink: async (account, { provider, subject }, address) =>
      isOfOperator(provider)
        ? 'missing'
        : identities.unlink(
            account.id,
            { provider, subject },
            otherWays,
            noteOf('identity.unlinked', account, address),
          ),
  };
}
