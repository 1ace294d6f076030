import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { MOST_BYTES } from '../../logos/logo.js';
import { ApiFailure } from './api-client.js';

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.svg', 'image/svg+xml'],
]);

/**
 * Reads an image as a `data:` URI (RFC 2397). The server checks its content.
 *
 * @throws ApiFailure if the file cannot be read or has another type
 */
export function readLogoFile(path: string): string {
  const mediaType = mediaTypes.get(extname(path).toLowerCase());
  if (mediaType === undefined) {
    throw new ApiFailure(`The name of a logo file must end in one of ${[...mediaTypes.keys()].join(', ')}.`);
  }
  return `data:${mediaType};base64,${readSmallFile(path).toString('base64')}`;
}

function readSmallFile(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, and the limit is ${MOST_BYTES}`);
    return readFileSync(path);
  } catch (error) {
    throw new ApiFailure(`${path} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}
