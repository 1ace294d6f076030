import { readFileSync, statSync } from 'node:fs';
import { type Logo, MOST_BYTES, pictureTypeOf, readLogo, readPicture } from './logo.js';

/**
 * Reads a picture of the operator.
 *
 * @param source the name of a file, or a `data:` URI (RFC 2397)
 * @returns the picture, or a message about it
 */
export function readPictureFile(source: string): Logo | { readonly problem: string } {
  if (source.startsWith('data:')) return readLogo(source);
  let bytes: Buffer;
  try {
    const file = statSync(source);
    if (!file.isFile()) return { problem: `names ${source}, which is not a file` };
    if (file.size > MOST_BYTES) return { problem: `must have at most ${MOST_BYTES} bytes` };
    bytes = readFileSync(source);
  } catch {
    return { problem: `names ${source}, which cannot be read` };
  }
  return readPicture(pictureTypeOf(bytes), bytes);
}
