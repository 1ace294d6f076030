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
