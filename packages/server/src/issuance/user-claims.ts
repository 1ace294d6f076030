import { claimsFor, requestsGroups } from '../accounts/claims.js';
import type { AccountRecord } from '../storage/ports/index.js';
import type { IssuanceDependencies } from './dependencies.js';

/** The claims about a user that these scopes and the individually requested claims ask for. Groups are read only then. */
export async function userClaims(
  { groupsOf }: Pick<IssuanceDependencies, 'groupsOf'>,
  account: AccountRecord,
  scopes: readonly string[],
  asked: readonly string[],
): Promise<Record<string, unknown>> {
  const groups = requestsGroups(scopes, asked) ? await groupsOf(account.id) : [];
  // Groups of a directory and of SCIM can have the same name.
  const names = new Set(groups.map(({ name }) => name));
  return claimsFor(account, scopes, asked, [...names]);
}
