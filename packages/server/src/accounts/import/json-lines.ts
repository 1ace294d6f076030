import {
  type ImportRecordContent,
  MAX_RECORD,
  objectOf,
  type ReadRecords,
  tooLong,
} from './import-record.js';

const notAnObject = { refusal: { field: null, reason: 'must be one JSON object in one line' } } as const;

/**
 * A reader of files with one JSON object in each line.
 *
 * @param toFields the fields of Grantor in an object of the file
 */
export function jsonLinesOf(
  toFields: (value: Readonly<Record<string, unknown>>) => ImportRecordContent,
): ReadRecords {
  return async function* readLines(text) {
    for await (const { line, content } of linesOf(text)) {
      if (content === undefined) yield { line, ...tooLong };
      else if (content.trim() !== '') {
        const value = objectOf(content);
        yield { line, ...(value === undefined ? notAnObject : toFields(value)) };
      }
    }
  };
}

/** Each line with its number from 1. A line that is too long has no content. */
async function* linesOf(
  text: AsyncIterable<string>,
): AsyncGenerator<{ readonly line: number; readonly content: string | undefined }, void> {
  let line = 1;
  let begun = '';
  let isTooLong = false;
  for await (const chunk of text) {
    const parts = chunk.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      const content = begun + part;
      yield { line, content: isTooLong || content.length > MAX_RECORD ? undefined : content };
      [begun, isTooLong] = ['', false];
      line += 1;
    }
    begun += last;
    if (begun.length > MAX_RECORD) [begun, isTooLong] = ['', true];
  }
  if (isTooLong || begun !== '') yield { line, content: isTooLong ? undefined : begun };
}
