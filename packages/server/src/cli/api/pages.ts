import { type ApiClient, ApiFailure, type ApiQuery } from './api-client.js';

/** One page of a list: its items, and the cursor to the next in fields that begin with `last_`. */
export interface ListPage {
  readonly data: readonly Item[];
  readonly [field: string]: unknown;
}

export type Item = Readonly<Record<string, unknown>>;

/** The most that a page holds. */
const WHOLE_PAGE = '50';

/**
 * Every item of a list, page after page.
 *
 * @param onPage is told how many items there are so far, where more follow
 */
export async function readAll(
  api: ApiClient,
  path: string,
  query: ApiQuery,
  onPage: (count: number) => void,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: ApiQuery = {};
  for (;;) {
    const page = asPage(
      (await api.call('GET', path, { query: { limit: WHOLE_PAGE, ...query, ...cursor } })).body,
    );
    items.push(...page.data);
    const next = cursorOf(page);
    if (next === undefined) return items;
    if (JSON.stringify(next) === JSON.stringify(cursor))
      throw new ApiFailure('The list does not end: a page names itself as the next.');
    cursor = next;
    onPage(items.length);
  }
}

/** Where the next page starts; undefined where there is none. */
export function cursorOf(page: ListPage): ApiQuery | undefined {
  const fields = Object.entries(page).filter(([name, value]) => name.startsWith('last_') && value !== null);
  return fields.length === 0 || page.data.length === 0
    ? undefined
    : Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
}

/** @throws ApiFailure where an answer is no page: another version of the server, perhaps */
export function asPage(body: unknown): ListPage {
  if (typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data)) {
    return body as ListPage;
  }
  throw new ApiFailure('The server answered something else than a list. Is it of another version?');
}

/** @throws ApiFailure where an answer holds nothing */
export function asItem(body: unknown): Item {
  if (typeof body === 'object' && body !== null) return body as Item;
  throw new ApiFailure('The server answered nothing. Is it of another version?');
}
