import { type ApiQuery, type ApiResponse, connectApi } from './api-client.js';
import type { ApiOptions, ListOptions } from './api-command.js';
import { type Column, detailsOf, tableOf } from './output.js';
import { asItem, asPage, cursorOf, type Item, readAll } from './pages.js';

/** How a list is printed. */
export interface Listing {
  readonly columns: readonly Column[];
  /** The message for an empty list: how to create the first entry. */
  readonly none: string;
}

/** Prints one page or all pages of a list. */
export async function printList(
  options: ListOptions,
  path: string,
  listing: Listing,
  query: ApiQuery = {},
): Promise<void> {
  const api = connectApi(options, process.env);
  if (options.all === true) {
    const items = await readAll(api, path, query, (count) => console.error(`${count} so far ...`));
    printTable(options, JSON.stringify(items), items, listing);
    return;
  }
  const response = await api.call('GET', path, { query: { ...query, limit: options.limit } });
  const page = asPage(response.body);
  printTable(options, response.text, page.data, listing);
  if (cursorOf(page) !== undefined && options.json !== true) {
    console.error('There are more pages. --all lists them.');
  }
}

/** Prints a list without pages: an array, or items in `data`. */
export function printItems(options: ApiOptions, { body, text }: ApiResponse, listing: Listing): void {
  printTable(options, text, Array.isArray(body) ? (body as readonly Item[]) : asPage(body).data, listing);
}

/** Prints one item with one field in each line. */
export function printItem(options: ApiOptions, { body, text }: ApiResponse, also?: string): void {
  if (options.json === true) {
    console.log(text);
    return;
  }
  console.log(detailsOf(asItem(body)));
  if (also !== undefined) console.error(also);
}

/** Prints that a command is done. With `--json`, prints only the API's response. */
export function printDone(options: ApiOptions, { text }: ApiResponse, words: string): void {
  if (options.json !== true) console.log(words);
  else if (text !== '') console.log(text);
}

function printTable(
  { json }: ApiOptions,
  text: string,
  items: readonly Item[],
  { columns, none }: Listing,
): void {
  if (json === true) console.log(text);
  else if (items.length === 0) console.error(none);
  else console.log(tableOf(columns, items));
}
