import { readAuth0 } from './auth0.js';
import { readCsv } from './csv.js';
import { isObject, objectOf, type ReadRecords } from './import-record.js';
import { jsonLinesOf } from './json-lines.js';
import { readKeycloak } from './keycloak.js';

/** The formats of files with users. */
export const importFormats = {
  csv: readCsv,
  jsonl: jsonLinesOf((fields) => ({ fields })),
  keycloak: readKeycloak,
  auth0: readAuth0,
} as const satisfies Record<string, ReadRecords>;

export type ImportFormat = keyof typeof importFormats;

export const importFormatNames = Object.keys(importFormats) as readonly ImportFormat[];

/**
 * The format of a file.
 *
 * @param begin the first characters of the file
 * @returns undefined if it cannot be told
 */
export function detectFormat(begin: string): ImportFormat | undefined {
  const text = begin.trimStart();
  if (text.startsWith('[')) return undefined;
  if (!text.startsWith('{')) return 'csv';
  const first = objectOf(text.split('\n', 1)[0] ?? '');
  // The JSON of a realm does not end in its first line, or is the whole file.
  if (first === undefined || Array.isArray(first.users) || isObject(first.roles)) return 'keycloak';
  return ['user_id', 'identities', 'passwordHash'].some((name) => Object.hasOwn(first, name))
    ? 'auth0'
    : 'jsonl';
}
