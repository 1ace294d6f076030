import { type ApiAnswer, type ApiQuery, connectApi } from './api-client.js';
import type { ApiOptions, ListOptions } from './api-command.js';
import { type Column, detailsOf, tableOf } from './output.js';
import { asItem, asPage, cursorOf, type Item, readAll } from './pages.js';

/** How a list is shown. */
export interface Listing {
  readonly columns: readonly Column[];
  /** What people read where there is nothing: what would be here, and how it gets here. */
  readonly none: string;
}

/** Prints a page of a list, or all of it. */
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
  const answer = await api.call('GET', path, { query: { ...query, limit: options.limit } });
  const page = asPage(answer.body);
  printTable(options, answer.text, page.data, listing);
  if (cursorOf(page) !== undefined && options.json !== true) {
    console.error('There are more: --all shows them.');
  }
}

/** Prints a list that has no pages: an array, or its items in `data`. */
export function printItems(options: ApiOptions, { body, text }: ApiAnswer, listing: Listing): void {
  printTable(options, text, Array.isArray(body) ? (body as readonly Item[]) : asPage(body).data, listing);
}

/** Prints one thing, a field to a line. */
export function printItem(options: ApiOptions, { body, text }: ApiAnswer, also?: string): void {
  if (options.json === true) {
    console.log(text);
    return;
  }
  console.log(detailsOf(asItem(body)));
  if (also !== undefined) console.error(also);
}

/** Says that something is done, to people alone: scripts have the exit code, and what the API answered. */
export function printDone(options: ApiOptions, { text }: ApiAnswer, words: string): void {
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
