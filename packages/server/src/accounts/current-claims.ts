import { type CreateEvent, system } from '../audit/events.js';
import { OAuthError } from '../protocol/index.js';
import type { AccountRecord, ExternalIdentityStore } from '../storage/ports/index.js';
import type { AccountManagement } from './account-management.js';
import type { ApplicationUsers } from './application.js';
import { changedFields, readExternalClaims } from './external-claims.js';
import { methodOf } from './external-identity.js';
import { operatorProvider } from './operator-users.js';

/**
 * The account with the current claims of its user.
 *
 * @throws OAuthError `access_denied` for a user who does not exist any more
 */
export type CurrentClaims = (account: AccountRecord) => Promise<AccountRecord>;

/** The claims of the account itself, which sign-ins update. */
export const claimsOfAccount: CurrentClaims = async (account) => account;

export interface CurrentClaimsDependencies {
  readonly users: ApplicationUsers;
  readonly identities: Pick<ExternalIdentityStore, 'list'>;
  readonly management: Pick<AccountManagement, 'update'>;
  readonly createEvent: CreateEvent;
}

/** Asks the application for the claims of its users. Accounts that it does not know keep theirs. */
export function createCurrentClaims(dependencies: CurrentClaimsDependencies): CurrentClaims {
  const { users, identities, management, createEvent } = dependencies;
  const by = {
    event: (details: Parameters<CreateEvent>[0]) =>
      createEvent({ ...details, actor: system, via: methodOf(operatorProvider.id) }),
  };
  return async (account) => {
    const known = await identities.list(account.id);
    const own = known.find(({ provider }) => provider === operatorProvider.id);
    if (own === undefined) return account;
    const user = await users.find(own.subject);
    if (user === undefined) {
      await management.update(account.id, { disabled: true, end_access: true }, by);
      throw new OAuthError('access_denied', 'The user does not exist any more');
    }
    if (!own.managesProfile || user.claims === undefined) return account;
    const changes = changedFields(account, readExternalClaims({ ...user.claims }, operatorProvider.trust));
    if (changes === undefined) return account;
    const updated = await management.update(account.id, changes, by);
    return typeof updated === 'string' ? account : updated;
  };
}
