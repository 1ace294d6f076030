import { closeSync, openSync, writeSync } from 'node:fs';
import type { RecordRefusal } from '../../accounts/import/import-record.js';
import type { ImportProgress } from '../../storage/ports/index.js';
import { StartError } from '../start-error.js';

/** How many refused records are printed, and how many are in the JSON. A report file has all of them. */
const MOST_PRINTED = 20;
const MOST_KEPT = 1000;

/** The time between two lines of progress without a terminal, and between two drawings of the bar, in milliseconds. */
const BETWEEN = { lines: 5000, drawings: 100 } as const;

const BAR_WIDTH = 30;

interface RefusedField extends RecordRefusal {
  readonly line: number;
}

/** What an import tells while it runs: on standard error, and in a report file. */
export interface ImportReport {
  progress(progress: ImportProgress, bytesRead: number): void;
  readonly refused: (line: number, refusals: readonly RecordRefusal[]) => void;
  /** The first refused fields. */
  first(): readonly RefusedField[];
  close(): void;
}

/**
 * @param bytes the size of the file that is imported
 * @throws StartError if the report file cannot be written
 */
export function importReport(
  bytes: number,
  { json, report: path }: { readonly json?: boolean; readonly report?: string },
): ImportReport {
  const file = path === undefined ? undefined : openReport(path);
  const isTerminal = process.stderr.isTTY;
  const kept: RefusedField[] = [];
  let printed = 0;
  let last = 0;
  let isDrawn = false;

  function say(text: string): void {
    if (isDrawn) process.stderr.write('\r\u001B[K');
    isDrawn = false;
    console.error(text);
  }

  return {
    progress({ records, refused }, bytesRead) {
      const now = Date.now();
      if (now - last < (isTerminal ? BETWEEN.drawings : BETWEEN.lines)) return;
      // The first line without a terminal comes when some time has passed: a small file needs none.
      const isFirst = last === 0;
      last = now;
      const share = bytes === 0 ? 1 : Math.min(1, bytesRead / bytes);
      const counts = `${Math.floor(share * 100)} %, ${records} records, ${refused} refused`;
      if (isTerminal) {
        const full = Math.round(share * BAR_WIDTH);
        process.stderr.write(`\r\u001B[K[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${counts}`);
        isDrawn = true;
      } else if (!isFirst) say(counts);
    },
    refused(line, refusals) {
      for (const refusal of refusals) {
        const field = { line, ...refusal };
        if (kept.length < MOST_KEPT) kept.push(field);
        if (file !== undefined) writeSync(file, `${JSON.stringify(field)}\n`);
        if (json === true) continue;
        printed += 1;
        if (printed <= MOST_PRINTED)
          say(`line ${line}: ${[refusal.field, refusal.reason].filter(Boolean).join(' ')}`);
        else if (printed === MOST_PRINTED + 1)
          say('More records are refused. --report <file> has all of them.');
      }
    },
    first: () => kept,
    close() {
      if (isDrawn) process.stderr.write('\r\u001B[K');
      if (file !== undefined) closeSync(file);
    },
  };
}

function openReport(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw new StartError(`The report file ${path} cannot be written.`, { cause: error });
  }
}
