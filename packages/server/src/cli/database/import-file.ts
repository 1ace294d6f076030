import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { detectFormat, type ImportFormat } from '../../accounts/import/formats.js';
import { ImportFileError } from '../../accounts/import/import-record.js';
import { StartError } from '../start-error.js';

/** How much of the file decides its format, in characters. */
const BEGIN = 65_536;

/** A file of users, before it is imported. */
export interface ExaminedFile {
  readonly path: string;
  readonly format: ImportFormat;
  /** The SHA-256 of its content: a changed file is another import. */
  readonly digest: string;
  readonly bytes: number;
  /** How many bytes `textOf` has read. */
  read(): number;
  readonly addRead: (bytes: number) => void;
}

/**
 * Reads the file once, for its format and its digest.
 *
 * @throws StartError if it cannot be read, or its format cannot be told
 */
export async function examineFile(path: string, format: ImportFormat | undefined): Promise<ExaminedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  let begin = '';
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      if (begin.length < BEGIN) begin += chunk.toString('utf8');
    }
  } catch (error) {
    throw new StartError(`The file cannot be read: ${codeOf(error)}.`, { cause: error });
  }
  const found = format ?? detectFormat(begin.replace(/^\uFEFF/, ''));
  if (found === undefined) {
    throw new StartError('The file is a JSON array. Write one JSON object in each line, as jq -c .[] does.');
  }
  let read = 0;
  return {
    path,
    format: found,
    digest: hash.digest('hex'),
    bytes,
    read: () => read,
    addRead: (more) => {
      read += more;
    },
  };
}

/**
 * The text of a file, in parts.
 *
 * @throws ImportFileError if it is not UTF-8
 */
export async function* textOf({ path, addRead }: ExaminedFile): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Buffer) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw new ImportFileError('The file is not UTF-8.', { cause: error });
    }
  };
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    addRead(chunk.length);
    yield decode(chunk);
  }
  yield decode();
}

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
