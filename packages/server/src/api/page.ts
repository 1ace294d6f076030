import { z } from 'zod';
import type { Page, PageCursor } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { Problem } from './problem.js';

/** The maximum and the default number of items of a page. */
export const MOST_ITEMS = 50;
const DEFAULT_ITEMS = 30;

export const pageLimit = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(MOST_ITEMS, `must be at most ${MOST_ITEMS}`)
  .meta({ description: 'The most items to return', type: 'integer', minimum: 1, maximum: MOST_ITEMS });

/**
 * The query of a paged list, newest first.
 *
 * @param what the items are, in the singular: `client` has `last_client_id`
 */
export function pageQuery<What extends string>(what: What, id: z.ZodType<string>) {
  return z.object({
    limit: pageLimit.default(DEFAULT_ITEMS),
    [`last_${what}_id`]: id.optional(),
    last_created_on: timestamp.optional(),
  } as {
    limit: z.ZodDefault<typeof pageLimit>;
    last_created_on: z.ZodOptional<typeof timestamp>;
  } & Record<`last_${What}_id`, z.ZodOptional<z.ZodType<string>>>);
}

/**
 * Where a page starts.
 *
 * @throws Problem 400 if one half of the cursor is missing
 */
export function pageStart(
  what: string,
  id: string | undefined,
  createdOn: string | undefined,
): PageCursor | null {
  if (id === undefined && createdOn === undefined) return null;
  if (id === undefined || createdOn === undefined) {
    throw new Problem(400, `Send last_${what}_id and last_created_on together, both from the previous page`);
  }
  return { id, createdAt: Math.floor(Date.parse(createdOn) / 1000) };
}

/** The body of a page: `{data, limit, last_client_id, last_created_on}`. */
export function representPage<T>(
  what: string,
  { items, next }: Page<T>,
  limit: number,
  represent: (item: T) => Record<string, unknown>,
): Record<string, unknown> {
  return {
    data: items.map(represent),
    limit,
    [`last_${what}_id`]: next?.id ?? null,
    last_created_on: next === null ? null : isoTime(next.createdAt),
  };
}

/** The schema of such a page. */
export function pageSchema(what: string, item: z.ZodType) {
  return z.object({
    data: z.array(item),
    limit: z.int(),
    [`last_${what}_id`]: z.string().nullable(),
    last_created_on: timestamp.nullable(),
  });
}
