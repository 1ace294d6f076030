import { type ApiClient, ApiFailure, type ApiQuery } from './api-client.js';

/** One page of a list: its items, and the cursor of the next page in fields that begin with `last_`. */
export interface ListPage {
  readonly data: readonly Item[];
  readonly [field: string]: unknown;
}

export type Item = Readonly<Record<string, unknown>>;

/** The maximum page size. */
const WHOLE_PAGE = '50';

/**
 * Every item of a list, page after page.
 *
 * @param onPage called with the number of items so far, when more follow
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
      throw new ApiFailure('The list has no end: the cursor of a page leads to the same page.');
    cursor = next;
    onPage(items.length);
  }
}

/** The cursor of the next page; undefined for the last page. */
export function cursorOf(page: ListPage): ApiQuery | undefined {
  const fields = Object.entries(page).filter(([name, value]) => name.startsWith('last_') && value !== null);
  return fields.length === 0 || page.data.length === 0
    ? undefined
    : Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
}

/** @throws ApiFailure if a response is not a page, perhaps of another version of the server */
export function asPage(body: unknown): ListPage {
  if (typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data)) {
    return body as ListPage;
  }
  throw new ApiFailure(
    'The response of the server is not a list. Check that the server has the version of this command.',
  );
}

/** @throws ApiFailure if a response is empty */
export function asItem(body: unknown): Item {
  if (typeof body === 'object' && body !== null) return body as Item;
  throw new ApiFailure(
    'The response of the server is empty. Check that the server has the version of this command.',
  );
}
