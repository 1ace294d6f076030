// Bidirectional overrides, embeddings and isolates reorder the text around them, and control characters are invisible:
// both can make one name look like another. Marks and joiners stay, since scripts need them.
const reorderingOrControl = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The name of a user or an app, safe to show to other users.
 *
 * @param name the name as stored
 * @param fallback returned if nothing visible is left
 * @returns the name without characters that reorder or hide text (Unicode TR 36, section 2.10)
 */
export function displayName(name: string, fallback: string): string {
  const visible = name.replace(reorderingOrControl, '').trim();
  return visible === '' ? fallback : visible;
}

/**
 * The letter on the tile of a user, or of an app without a logo.
 *
 * @param name a name as {@link displayName} returns it
 * @returns its first letter, digit or emoji as one grapheme, in upper case
 */
export function monogram(name: string): string {
  for (const { segment } of graphemes.segment(name)) {
    if (/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(segment)) return segment.toUpperCase();
  }
  return '•';
}
