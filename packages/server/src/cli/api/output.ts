import { formatTable } from '../table.js';
import type { Item } from './pages.js';

/** A column of a table: its head, and the value of an item. */
export type Column = readonly [head: string, show: (item: Item) => unknown];

/** Items as a table. */
export function tableOf(columns: readonly Column[], items: readonly Item[]): string {
  return formatTable(
    columns.map(([head]) => head),
    items.map((item) => columns.map(([, show]) => cell(show(item)))),
  );
}

/** One item with one field in each line. */
export function detailsOf(item: Item): string {
  const fields = Object.entries(item).filter(([, value]) => value !== undefined);
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`).join('\n');
}

/** A value in one line, without control characters: names come from other users. */
export function cell(value: unknown): string {
  return wordsFor(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

function wordsFor(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return timeOf(value) ?? pictureOf(value) ?? value;
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(wordsFor).join(', ');
  return JSON.stringify(value);
}

/** A time of the API in the format of all tables. */
function timeOf(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)
    ? `${text.slice(0, 16).replace('T', ' ')} UTC`
    : undefined;
}

/** A short description of an image instead of its data. */
function pictureOf(text: string): string | undefined {
  const [, mediaType] = /^data:([\w/+.-]+);base64,/.exec(text.slice(0, 100)) ?? [];
  return mediaType === undefined ? undefined : `${mediaType}, ${text.length} characters`;
}
