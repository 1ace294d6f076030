import type { IntlMessageFormat } from 'intl-messageformat';
import { type Catalogue, readCatalogue, type TextKey } from './catalogues.js';
import { directionOf, type Language } from './languages.js';
import { compileMessage } from './message.js';
import type { Overrides } from './overrides.js';

/** What the arguments of a message stand for. */
export type TextValues = Readonly<Record<string, string | number | Date>>;

/** A text that is chosen before its language is known: endpoints give it to pages. */
export interface Message {
  readonly key: TextKey;
  readonly values?: TextValues | undefined;
}

/** Arguments that may be elements, and functions that put an element around the content of a `<tag>`. */
export type RichValues<E> = Readonly<
  Record<string, string | number | Date | E | ((content: readonly (string | E)[]) => E)>
>;

/** The texts in one language. */
export interface Translator {
  /** @returns plain text: pages escape it like any other text */
  (text: TextKey | Message, values?: TextValues): string;
  /** A text with elements in it, such as a name in bold or a link. */
  rich<E>(key: TextKey, values: RichValues<E>): readonly (string | E)[];
  readonly language: Language;
  readonly direction: 'ltr' | 'rtl';
}

/** The texts in all languages. */
export interface Texts {
  in(language: Language): Translator;
}

/**
 * The catalogue of a language is read, and each message compiled, when it is first used.
 *
 * @param overrides texts of the operator, which replace those of the catalogues
 */
export function createTexts(overrides: Overrides = {}): Texts {
  const translators = new Map<Language, Translator>();
  return {
    in(language) {
      const known = translators.get(language);
      if (known !== undefined) return known;
      const catalogue = new Map([...readCatalogue(language), ...(overrides[language] ?? [])]);
      const translator = createTranslator(language, catalogue);
      translators.set(language, translator);
      return translator;
    },
  };
}

function createTranslator(language: Language, catalogue: Catalogue): Translator {
  // It holds one entry for each text of the catalogue at most.
  const compiled = new Map<TextKey, IntlMessageFormat>();

  function messageOf(key: TextKey): IntlMessageFormat {
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const text = catalogue.get(key);
    if (text === undefined) throw new TypeError(`Unknown text: ${key}`);
    const message = compileMessage(text, language);
    compiled.set(key, message);
    return message;
  }

  function translate(text: TextKey | Message, values: TextValues = {}): string {
    if (typeof text !== 'string') return translate(text.key, text.values);
    const formatted = messageOf(text).format(values);
    if (typeof formatted !== 'string') throw new TypeError(`${text} has tags: use rich`);
    return formatted;
  }

  function rich<E>(key: TextKey, values: RichValues<E>): readonly (string | E)[] {
    const formatted = messageOf(key).format<E>(values);
    return Array.isArray(formatted) ? formatted : [formatted];
  }

  return Object.assign(translate, { rich, language, direction: directionOf(language) });
}
