import { ImportFileError, type ImportRecordContent, MAX_RECORD, type ReadRecords } from './import-record.js';

const CLAIM = 'claims.';

/** The columns whose values are not text, with how to read them. */
const flags: readonly string[] = ['email_verified', 'disabled', 'claims.phone_number_verified'];

const columns: readonly string[] = [
  'username',
  'email',
  'email_verified',
  'password_hash',
  'name',
  'given_name',
  'family_name',
  'disabled',
];

/**
 * Reads CSV (RFC 4180) whose first line has the names of the columns: fields of Grantor, and claims such as
 * `claims.locale`. An empty cell is no value.
 */
export const readCsv: ReadRecords = async function* readCsvRecords(text) {
  let head: readonly string[] | undefined;
  for await (const { line, cells } of rowsOf(text)) {
    if (head === undefined) head = headOf(cells);
    else if (cells.length > 1 || cells[0] !== '') yield { line, ...recordOf(head, cells) };
  }
};

/** @throws ImportFileError */
function headOf(cells: readonly string[]): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  const unknown = names.find((name) => !columns.includes(name) && !name.startsWith(CLAIM));
  if (unknown !== undefined) {
    throw new ImportFileError(
      `Line 1 must have the names of columns: ${columns.join(', ')}, or claims such as claims.locale. Column ${names.indexOf(unknown) + 1} has another name.`,
    );
  }
  if (new Set(names).size < names.length) throw new ImportFileError('Line 1 has the same column twice.');
  return names;
}

function recordOf(head: readonly string[], cells: readonly string[]): ImportRecordContent {
  if (cells.length !== head.length) {
    return { refusal: { field: null, reason: `must have ${head.length} columns, as line 1 has` } };
  }
  const fields: [string, unknown][] = [];
  const claims: [string, unknown][] = [];
  for (const [index, name] of head.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '') continue;
    const value = flags.includes(name) ? flagOf(cell) : cell;
    if (name.startsWith(CLAIM)) claims.push([name.slice(CLAIM.length), value]);
    else fields.push([name, value]);
  }
  if (claims.length > 0) fields.push(['claims', Object.fromEntries(claims)]);
  return { fields: Object.fromEntries(fields) };
}

/** Other text stays text, which the check of the field refuses. */
function flagOf(cell: string): unknown {
  return { true: true, false: false }[cell.toLowerCase()] ?? cell;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** @throws ImportFileError */
async function* rowsOf(text: AsyncIterable<string>): AsyncGenerator<Row, void> {
  let cells: string[] = [];
  let cell = '';
  let size = 0;
  let [line, start] = [1, 1];
  let state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  const endCell = () => {
    cells.push(cell);
    [cell, state] = ['', 'start'];
  };
  const endRow = (): Row => {
    endCell();
    const row = { line: start, cells };
    [cells, size, start] = [[], 0, line];
    return row;
  };
  for await (const chunk of text) {
    for (const letter of chunk) {
      size += 1;
      if (size > MAX_RECORD) {
        throw new ImportFileError(
          `Line ${start} begins a row of more than ${MAX_RECORD} characters. Check its quotes.`,
        );
      }
      if (letter === '\n') line += 1;
      if (state === 'quoted') {
        if (letter === '"') state = 'quote';
        else cell += letter;
      } else if (letter === ',') endCell();
      else if (letter === '\n') yield endRow();
      else if (letter === '\r') continue;
      else if (letter === '"' && state === 'start') state = 'quoted';
      else if (letter === '"' && state === 'quote') {
        cell += letter;
        state = 'quoted';
      } else if (state === 'quote' || letter === '"') {
        throw new ImportFileError(
          `Line ${line} has a quote inside of a cell. Write it twice and quote the cell.`,
        );
      } else {
        cell += letter;
        state = 'plain';
      }
    }
  }
  if (state === 'quoted') throw new ImportFileError(`Line ${start} begins a row whose quotes do not end.`);
  if (cell !== '' || cells.length > 0 || state === 'quote') yield endRow();
}
