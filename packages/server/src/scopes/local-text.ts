import type { LocalText, LocalTexts } from '../storage/ports/index.js';

/** A text with the language that it is in (BCP 47). */
export interface TextIn extends LocalText {
  readonly language: string;
}

/** The language that every text is there in. */
const FALLBACK = 'en';

/** A bound on the languages of `Accept-Language`. */
const MOST_WISHES = 16;

/** The text in the first of these languages that it is there in, else in English (RFC 4647 §3.4). */
export function textIn(texts: LocalTexts, wishes: readonly string[]): TextIn {
  const languages = Object.keys(texts);
  for (const wish of wishes) {
    for (const range of shortened(wish.toLowerCase())) {
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

/** The languages that a browser asks for, the preferred one first (`Accept-Language`, RFC 9110 §12.5.4). */
export function wishesOf(acceptLanguage: string | null): readonly string[] {
  return accepted(acceptLanguage ?? '').slice(0, MOST_WISHES);
}

function accepted(header: string): readonly string[] {
  return header
    .slice(0, 512)
    .split(',')
    .flatMap((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
      const quality = parameters.map((parameter) => /^q=([01](?:\.\d{0,3})?)$/i.exec(parameter)?.[1]);
      const weight = Number(quality.find((value) => value !== undefined) ?? 1);
      return tag === '' || tag === '*' || weight === 0 ? [] : [{ tag, weight }];
    })
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
