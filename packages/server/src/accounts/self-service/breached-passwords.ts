import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Outbound, OutboundError } from '../../outbound/outbound.js';

/** A list of passwords that were stolen elsewhere. */
export interface BreachedPasswords {
  /** Whether the list has the password. If the list cannot be read, the password counts as not in it. */
  has(password: string): Promise<boolean>;
}

/** How many characters of a hash the service learns: about 800 passwords share them. */
const PREFIX_LENGTH = 5;
const HASH_LENGTH = 40;

/** A response has about 1000 lines of 40 characters. */
const MAX_RESPONSE_BYTES = 256 * 1024;

/** The lists are of SHA-1 hashes. A hash in them is public, so that the weakness of SHA-1 does not matter. */
const hashOf = (password: string) => createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();

/**
 * Asks a service that learns the first 20 bits of the hash only (k-anonymity): `GET <base>/ABCDE` responds with the lines
 * `<rest of the hash>:<count>`. A count of 0 is padding.
 *
 * @param base such as `https://api.pwnedpasswords.com/range`
 * @param onFailure called if the service does not respond
 */
export function createRangeList(
  outbound: Pick<Outbound, 'download'>,
  base: string,
  onFailure: (error: unknown) => void,
): BreachedPasswords {
  return {
    async has(password) {
      const hash = hashOf(password);
      const url = `${base.replace(/\/$/, '')}/${hash.slice(0, PREFIX_LENGTH)}`;
      try {
        const caller = { purpose: 'breachedPassword', clientId: undefined } as const;
        const { status, body } = await outbound.download(url, 'text/plain', MAX_RESPONSE_BYTES, caller);
        if (status !== 200) throw new OutboundError(`the service responded with ${status}`);
        const rest = hash.slice(PREFIX_LENGTH);
        return body
          .toString('latin1')
          .split(/\r?\n/)
          .some((line) => line.startsWith(`${rest}:`) && !/^0*$/.test(line.slice(rest.length + 1)));
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error;
        onFailure(error);
        return false;
      }
    },
  };
}

/**
 * Searches a file of SHA-1 hashes in hexadecimal, one a line in ascending order, each with or without `:<count>`. It reads a
 * few lines for each password, however large the file is.
 *
 * @param onFailure called if the file cannot be read
 */
export function createFileList(path: string, onFailure: (error: unknown) => void): BreachedPasswords {
  return {
    async has(password) {
      try {
        const file = await open(path);
        try {
          return await isIn(file, hashOf(password));
        } finally {
          await file.close();
        }
      } catch (error) {
        onFailure(error);
        return false;
      }
    },
  };
}

/** A binary search over the bytes: the first line that begins at or after the middle decides the half. */
async function isIn(file: FileHandle, hash: string): Promise<boolean> {
  let low = 0;
  let high = (await file.stat()).size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineFrom(file, middle);
    if (line?.hash === hash) return true;
    if (line !== undefined && line.start < high && line.hash < hash) low = line.start + HASH_LENGTH;
    else high = middle;
  }
  return false;
}

/** Longer than two lines. */
const WINDOW_BYTES = 256;

/** The first line that begins at a position or after it; undefined at the end of the file. */
async function lineFrom(
  file: FileHandle,
  position: number,
): Promise<{ start: number; hash: string } | undefined> {
  // The byte before shows whether a line begins at the position itself.
  const from = Math.max(0, position - 1);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(WINDOW_BYTES), 0, WINDOW_BYTES, from);
  const text = buffer.toString('latin1', 0, bytesRead);
  const offset = position === 0 ? 0 : text.indexOf('\n') + 1;
  if (position > 0 && offset === 0) return undefined;
  const hash = /^[0-9A-F]{40}/i.exec(text.slice(offset))?.[0];
  return hash === undefined ? undefined : { start: from + offset, hash: hash.toUpperCase() };
}
