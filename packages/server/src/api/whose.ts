import { z } from 'zod';
import { isTheirs, type Principal } from '../principals/principal.js';
import { notFound } from './operation.js';

/** What a person's ID can be. No ID has other characters, and not every database can be asked about all of them. */
export const accountId = z.string().regex(/^[\w-]{1,64}$/, 'is not the ID of a person');

/** In a query: whose things, where they are not to be the caller's own. */
export const whose = z.object({
  account_id: accountId
    .meta({ description: 'Whose, for administrators; the caller’s own unless set' })
    .optional(),
});

/**
 * The person whose things are asked for: the caller, or whom an administrator names.
 *
 * @throws Problem 404 where somebody else names another person
 */
export function personOf(principal: Principal, named: string | undefined): string {
  if (named === undefined) return principal.id;
  if (!isTheirs(principal, named)) throw notFound('account');
  return named;
}
