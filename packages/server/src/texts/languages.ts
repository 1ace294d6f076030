/** The languages of pages and mails (BCP 47), in the order of `ui_locales_supported`. */
export const languages = ['en', 'de', 'fr', 'es', 'pt', 'ru', 'zh-Hans', 'ja', 'ar'] as const;

export type Language = (typeof languages)[number];

/** The language that a user gets who asks for none of them. */
export const DEFAULT_LANGUAGE: Language = 'en';

/** The direction of the text, for the `dir` attribute. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** No tag that browsers send is longer. */
const MOST_CHARACTERS = 35;

const byLanguageAndScript = new Map(
  languages.map((language) => [languageAndScript(new Intl.Locale(language)), language]),
);

/**
 * The supported language that a tag stands for. A region makes no difference, a script does: `zh-CN` is Simplified
 * Chinese, and `zh-TW` is not.
 *
 * @param tag BCP 47, or with `_` as older programs write it; anything else stands for no language
 */
export function languageOf(tag: string): Language | undefined {
  if (tag.length > MOST_CHARACTERS) return undefined;
  try {
    return byLanguageAndScript.get(languageAndScript(new Intl.Locale(tag.replaceAll('_', '-'))));
  } catch {
    return undefined;
  }
}

function languageAndScript(locale: Intl.Locale): string {
  const { language, script } = locale.maximize();
  return `${language}-${script}`;
}
