import type { LocalText, LocalTexts } from '../storage/ports/index.js';

/** A text with the language that it is in (BCP 47). */
export interface TextIn extends LocalText {
  readonly language: string;
}

/** The language that every text has. */
const FALLBACK = 'en';

/**
 * The text in the first of these languages that exists, or else in English (RFC 4647 §3.4).
 *
 * @param preferred language ranges, the preferred one first
 */
export function textIn(texts: LocalTexts, preferred: readonly string[]): TextIn {
  const languages = Object.keys(texts);
  for (const wanted of preferred) {
    for (const range of shortened(wanted.toLowerCase())) {
      const language = languages.find((known) => known.toLowerCase() === range);
      if (language !== undefined) return found(texts, language);
    }
  }
  return found(texts, Object.hasOwn(texts, FALLBACK) ? FALLBACK : (languages[0] ?? FALLBACK));
}

function found(texts: LocalTexts, language: string): TextIn {
  return { title: '', ...texts[language], language };
}

/** de-CH-1996, de-CH, de (RFC 4647 §3.4). */
function shortened(range: string): readonly string[] {
  const parts = range.split('-').slice(0, 8);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}
