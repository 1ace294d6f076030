/** Why a record of a file is refused. It never holds a value of the file. */
export interface RecordRefusal {
  /** The field; null for the whole record. */
  readonly field: string | null;
  readonly reason: string;
}

/** One user of a file, as it was read: with the names of Grantor's fields, not checked yet. */
export type ImportRecordContent =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly refusal: RecordRefusal };

/** The same with the line on which it begins. */
export type ImportRecord = ImportRecordContent & { readonly line: number };

/** Reads the users of a file. It holds one record at a time. */
export type ReadRecords = (text: AsyncIterable<string>) => AsyncGenerator<ImportRecord, void>;

/** A file that cannot be read any further. The message has the line. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError';
}

/** The most characters of one record. */
export const MAX_RECORD = 262_144;

export const tooLong = {
  refusal: { field: null, reason: `must have at most ${MAX_RECORD} characters` },
} as const;

/** A JSON object; undefined for other text. */
export function objectOf(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members that have a value. Exports write null for what a user does not have. */
export function present(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}
