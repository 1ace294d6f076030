import type { ExternalIdentityStore } from '../storage/ports/index.js';
import { methodOf } from './external-identity.js';
import { operatorProvider } from './operator-users.js';
import type { AuthenticatedUser } from './sign-in.js';

/** The provider of identities of the directory. */
export const DIRECTORY_ID = 'ldap';

/**
 * The ways to sign in that are never refused to a user of the directory: the directory itself, the systems of the operator,
 * and a password here, which only an administrator can give such a user (`canReset` of `accounts/self-service/own-login.ts`).
 */
const otherWaysOfOperator: readonly string[] = [
  methodOf(DIRECTORY_ID),
  methodOf(operatorProvider.id),
  'password',
];

/**
 * Whether a user of the directory signs in without it, such as with a passkey. Who is removed from the directory could
 * otherwise still sign in.
 */
export type BypassesDirectory = (user: Pick<AuthenticatedUser, 'account' | 'method'>) => Promise<boolean>;

export function createBypassesDirectory(identities: Pick<ExternalIdentityStore, 'list'>): BypassesDirectory {
  return async ({ account, method }) => {
    if (otherWaysOfOperator.includes(method)) return false;
    return (await identities.list(account.id)).some(({ provider }) => provider === DIRECTORY_ID);
  };
}
