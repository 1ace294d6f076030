import Negotiator from 'negotiator';

/** The most languages of a list that are used, and the most characters of it that are read. */
const MOST_LANGUAGES = 16;
const MOST_CHARACTERS = 512;

/** The languages that a browser asks for, the preferred one first (`Accept-Language`, RFC 9110 §12.5.4). */
export function preferredLanguages(acceptLanguage: string | null): readonly string[] {
  const headers = { 'accept-language': (acceptLanguage ?? '').slice(0, MOST_CHARACTERS) };
  return new Negotiator({ headers }).languages().slice(0, MOST_LANGUAGES);
}

/** The languages of `ui_locales`, the preferred one first (OpenID Connect Core 1.0 §3.1.2.1). */
export function requestedLanguages(uiLocales: string | undefined): readonly string[] {
  const tags = (uiLocales ?? '').slice(0, MOST_CHARACTERS).split(' ');
  return tags.filter((tag) => tag !== '').slice(0, MOST_LANGUAGES);
}
