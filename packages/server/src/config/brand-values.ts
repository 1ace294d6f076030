import { z } from 'zod';

/** Control characters, and those that reorder the text around them. */
const REORDERING = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

const NAME = 'must be a name of at most 60 characters';
const LINK = 'must be an https URL';
const SUPPORT = 'must be an https URL, or mailto: with an address';

/** The name of the service. */
export const brandName = z
  .string()
  .trim()
  .min(1, NAME)
  .max(60, NAME)
  .refine((text) => !REORDERING.test(text), NAME);

/** A colour such as `#0b6655`. */
export const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'must be a colour in six hex digits, such as #0b6655')
  .transform((text) => text.toLowerCase());

/** A page of the operator. */
export const pageUrl = z.string().refine((text) => isWebUrl(text), LINK);

/** Where users find help. */
export const supportUrl = z
  .string()
  .refine((text) => isWebUrl(text) || /^mailto:[^\s@?]+@[^\s@?]+$/.test(text), SUPPORT);

function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
}

const PICTURE =
  'must be the name of a PNG, JPEG or SVG file, or a data URI of one. Other servers are not asked for it';

/** A picture of the operator. The file is read at the start. */
export const picture = z
  .string()
  .min(1, PICTURE)
  .refine((text) => !/^[a-z][a-z0-9+.-]+:/i.test(text) || text.startsWith('data:'), PICTURE);

const RADIUS = 'must be a length from 0 to 32 px or 2 rem, such as 8px or 0.5rem';
const FONTS =
  'must be names of at most 10 fonts with commas, such as "Open Sans", sans-serif: letters, digits, spaces and hyphens';

const radius = z
  .string()
  .refine((text) => {
    if (text === '0') return true;
    const [, size = '', unit] = /^(\d{1,2}(?:\.\d{1,3})?)(px|rem)$/.exec(text) ?? [];
    return unit !== undefined && Number(size) <= (unit === 'px' ? 32 : 2);
  }, RADIUS)
  // A calculation with it needs a unit (CSS Values and Units Level 4 §10.1).
  .transform((text) => (text === '0' ? '0px' : text));

/** A name in quotes, or one that needs none (CSS Fonts Level 4 §2.1). Neither has a character that ends a declaration. */
const FONT = /^(?:"[\p{L}\p{N} _-]{1,60}"|[a-z-][a-z0-9 _-]{0,60})$/iu;

const fontFamily = z
  .string()
  .max(300, FONTS)
  .refine((text) => {
    const fonts = text.split(',');
    return fonts.length <= 10 && fonts.every((font) => FONT.test(font.trim()));
  }, FONTS);

const colours = z
  .strictObject({
    paper: colour,
    surface: colour,
    sunken: colour,
    text: colour,
    muted: colour,
    line: colour,
    control: colour,
    danger: colour,
    warning: colour,
  })
  .partial();

/** The variables of the stylesheet that an operator can set. */
export const theme = z.strictObject({ light: colours, dark: colours, radius, fontFamily }).partial();
