import { z } from 'zod';
import { mayAccess, type Principal } from '../principals/principal.js';
import { notFound } from './operation.js';

/** The syntax of account IDs. IDs have no other characters, and not every database accepts all of them. */
export const accountId = z.string().regex(/^[\w-]{1,64}$/, 'is not the ID of a user');

/** The query parameter with which administrators name another user. */
export const userQuery = z.object({
  account_id: accountId
    .meta({ description: 'Another user, for administrators. Default: the caller' })
    .optional(),
});

/**
 * The user that a request is about: the caller, or the user that an administrator names.
 *
 * @throws Problem 404 if a caller who is not an administrator names another user
 */
export function requestedUser(principal: Principal, named: string | undefined): string {
  if (named === undefined) return principal.id;
  if (!mayAccess(principal, named)) throw notFound('account');
  return named;
}
