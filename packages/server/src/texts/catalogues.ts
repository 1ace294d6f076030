import { readFileSync } from 'node:fs';
import account from './catalogues/en/account.json' with { type: 'json' };
import common from './catalogues/en/common.json' with { type: 'json' };
import consent from './catalogues/en/consent.json' with { type: 'json' };
import errors from './catalogues/en/errors.json' with { type: 'json' };
import factors from './catalogues/en/factors.json' with { type: 'json' };
import home from './catalogues/en/home.json' with { type: 'json' };
import mail from './catalogues/en/mail.json' with { type: 'json' };
import returning from './catalogues/en/return.json' with { type: 'json' };
import scopes from './catalogues/en/scopes.json' with { type: 'json' };
import selectAccount from './catalogues/en/select-account.json' with { type: 'json' };
import signIn from './catalogues/en/sign-in.json' with { type: 'json' };
import signOut from './catalogues/en/sign-out.json' with { type: 'json' };
import signUp from './catalogues/en/sign-up.json' with { type: 'json' };
import upstream from './catalogues/en/upstream.json' with { type: 'json' };
import { type Language, languages } from './languages.js';

/** The English texts of each area. The file of an area is named after it: `signIn` is in `sign-in.json`. */
const english = {
  account,
  common,
  consent,
  errors,
  factors,
  home,
  mail,
  return: returning,
  scopes,
  selectAccount,
  signIn,
  signOut,
  signUp,
  upstream,
};

type Areas = typeof english;
type Area = keyof Areas;

/** The key of a text: its area and its key in the file, such as `signIn.title`. */
export type TextKey = { [A in Area]: `${A}.${keyof Areas[A] & string}` }[Area];

/** All texts of one language, as ICU messages. */
export type Catalogue = ReadonlyMap<TextKey, string>;

export const areas = Object.keys(english) as readonly Area[];

/** The English texts. */
export const englishCatalogue: Catalogue = new Map(areas.flatMap((area) => entriesOf(area, english[area])));

/** Reads the texts of one language from its files. */
export function readCatalogue(language: Language): Catalogue {
  if (language === 'en') return englishCatalogue;
  return new Map(areas.flatMap((area) => entriesOf(area, readArea(language, area))));
}

export function isTextKey(key: string): key is TextKey {
  return englishCatalogue.has(key as TextKey);
}

/** Reads the texts of one area in all languages. */
export function readInAllLanguages(area: Area): ReadonlyMap<Language, Catalogue> {
  return new Map(languages.map((language) => [language, new Map(entriesOf(area, readArea(language, area)))]));
}

function readArea(language: Language, area: Area): Readonly<Record<string, string>> {
  const file = new URL(`catalogues/${language}/${fileOf(area)}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

function entriesOf(
  area: Area,
  texts: Readonly<Record<string, string>>,
): readonly (readonly [TextKey, string])[] {
  return Object.entries(texts).map(([key, text]) => [`${area}.${key}` as TextKey, text]);
}

/** The name of the file of an area. */
export function fileOf(area: Area): string {
  return `${area.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.json`;
}
