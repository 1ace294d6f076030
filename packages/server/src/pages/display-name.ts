// Bidirectional overrides, embeddings and isolates reorder what stands around them, and control characters
// show as nothing: both make one name read as another. Marks and joiners stay, scripts need them.
const reorderingOrControl = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A name that somebody chose for themselves or for an app, fit to be shown to somebody else.
 *
 * @param name the name as stored
 * @param fallback shown where nothing visible is left
 * @returns the name without characters that reorder or hide text (Unicode TR 36, section 2.10)
 */
export function displayName(name: string, fallback: string): string {
  const visible = name.replace(reorderingOrControl, '').trim();
  return visible === '' ? fallback : visible;
}

/**
 * The letter on the tile that stands for a person or an app without a picture.
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
