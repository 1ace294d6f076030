import { harmlessSvg } from './harmless-svg.js';

/** The most that a logo may hold, in bytes. */
export const MOST_BYTES = 256_000;

/** The longest text that is read, in characters. */
export const MOST_CHARACTERS = 2_000_000;

/** A logo that is safe to show. */
export interface Logo {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/svg+xml';
  readonly bytes: Buffer;
}

/**
 * Reads the logo of an app from a `data:` URI (RFC 2397). The content must match the media type: PNG and JPEG by their
 * first bytes, SVG by parsing, which also removes active content.
 *
 * @returns the logo, or a message for the developer
 */
export function readLogo(uri: string): Logo | { readonly problem: string } {
  if (uri.length > MOST_CHARACTERS) return { problem: `must have at most ${MOST_CHARACTERS} characters` };
  const [, type, encoded] =
    /^data:image\/(png|jpeg|jpg|svg\+xml);base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri) ?? [];
  if (type === undefined || encoded === undefined) {
    return { problem: 'must be a data URI of a PNG, JPEG or SVG image: data:image/png;base64,...' };
  }
  const bytes = Buffer.from(encoded, 'base64');
  return readPicture(type, bytes);
}

/**
 * Reads a picture that was sent or fetched.
 *
 * @param type the subtype of its media type: `png`, `jpeg`, `jpg` or `svg+xml`
 * @returns the logo, or a message for the developer
 */
export function readPicture(type: string, bytes: Buffer): Logo | { readonly problem: string } {
  if (bytes.length > MOST_BYTES) return { problem: `must have at most ${MOST_BYTES} bytes` };
  if (type === 'svg+xml') return readSvg(bytes);
  const mediaType = pictureTypes.get(type);
  if (mediaType === undefined) return { problem: 'is not a PNG, JPEG or SVG image' };
  return beginsAs(mediaType, bytes)
    ? { mediaType, bytes }
    : { problem: `is not a ${type.toUpperCase()} image` };
}

/** The logo as a `data:` URI. */
export function dataUriOf({ mediaType, bytes }: Logo): string {
  return `data:${mediaType};base64,${bytes.toString('base64')}`;
}

/** A stored logo. It was validated before it was stored. */
export function keptLogo(dataUri: string): Logo {
  const comma = dataUri.indexOf(',');
  const mediaType = dataUri.slice('data:'.length, dataUri.indexOf(';')) as Logo['mediaType'];
  return { mediaType, bytes: Buffer.from(dataUri.slice(comma + 1), 'base64') };
}

const pictureTypes = new Map([
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
] as const satisfies [string, keyof typeof beginnings][]) as ReadonlyMap<string, keyof typeof beginnings>;

const beginnings = {
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff],
} as const;

function beginsAs(mediaType: keyof typeof beginnings, bytes: Buffer): boolean {
  return beginnings[mediaType].every((byte, index) => bytes[index] === byte);
}

/** The type of a picture whose name says nothing, for `readPicture`: by its first bytes, else SVG. */
export function pictureTypeOf(bytes: Buffer): string {
  for (const [type, mediaType] of pictureTypes) {
    if (beginsAs(mediaType, bytes)) return type;
  }
  return 'svg+xml';
}

function readSvg(bytes: Buffer): Logo | { readonly problem: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: 'is not UTF-8 text' };
  }
  const harmless = harmlessSvg(text);
  if (harmless === undefined)
    return { problem: 'is not a well-formed SVG image, or too complex for an icon' };
  const written = Buffer.from(harmless, 'utf8');
  // Escaped characters are longer.
  if (written.length > MOST_BYTES) return { problem: `must have at most ${MOST_BYTES} bytes` };
  return { mediaType: 'image/svg+xml', bytes: written };
}
