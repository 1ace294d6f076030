import { DEFAULT_LANGUAGE, type Language, languageOf } from './languages.js';
import { preferredLanguages, requestedLanguages } from './preferred-languages.js';

/** What an endpoint knows about the language that a page should have. */
export interface LanguagePreferences {
  /** `ui_locales` of the authorization request. */
  readonly uiLocales?: string | undefined;
  /** The signed-in user. The claim `locale` is the language that the user prefers (OpenID Connect Core 1.0 §5.1). */
  readonly account?: { readonly claims: Readonly<Record<string, unknown>> } | undefined;
}

/**
 * The language of a page: what the app requests, then what the user prefers, then what the browser asks for.
 *
 * @param acceptLanguage the header of the request (RFC 9110 §12.5.4)
 */
export function chooseLanguage(
  { uiLocales, account }: LanguagePreferences,
  acceptLanguage: string | null,
): Language {
  return (
    firstSupported(requestedLanguages(uiLocales)) ??
    languageOfAccount(account) ??
    firstSupported(preferredLanguages(acceptLanguage)) ??
    DEFAULT_LANGUAGE
  );
}

/** The language that the user prefers; undefined if unknown or not supported. */
export function languageOfAccount(account: LanguagePreferences['account']): Language | undefined {
  const locale = account?.claims.locale;
  return typeof locale === 'string' ? languageOf(locale) : undefined;
}

function firstSupported(tags: readonly string[]): Language | undefined {
  for (const tag of tags) {
    const language = languageOf(tag);
    if (language !== undefined) return language;
  }
  return undefined;
}
