import { normalizeUsername } from '../accounts/username.js';

/** The place of the login in a user filter, and of the name of the user in a group filter. */
export const LOGIN = '{login}';
export const DN = '{dn}';

/** Text as a value in a filter (RFC 4515 §3): without any character that has a meaning there. */
export function escapeFilterValue(text: string): string {
  return text.replaceAll(/[\\*()\0]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\${code.toString(16).padStart(2, '0')}`;
  });
}

/** A filter with a value in its place. */
export function fillFilter(filter: string, place: typeof LOGIN | typeof DN, value: string): string {
  return filter.replaceAll(place, () => escapeFilterValue(value));
}

/** A value with the place of the login, and the attribute that a filter compares it with. */
export interface LoginAttribute {
  readonly name: string;
  readonly value: string;
}

/** The attributes that a filter compares with the login as a whole: `uid` of `(uid={login})`, but not of `(uid={login}*)`. */
export function loginAttributesOf(filter: string): readonly LoginAttribute[] {
  const comparisons = filter.matchAll(/\(([A-Za-z][A-Za-z0-9.-]*)=([^()*]+)\)/g);
  return [...comparisons].flatMap(([, name = '', value = '']) =>
    value.includes(LOGIN) ? [{ name, value }] : [],
  );
}

/**
 * Whether an entry has the login as it was typed, without regard to what Grantor ignores too. Directories ignore more, such as
 * invisible characters (RFC 4518 §2.2) and accents: under another login, each would allow more guesses of one password.
 *
 * @param valuesOf the values of an attribute of the entry
 * @returns true as well if the entry shows none of the attributes
 */
export function hasLogin(
  attributes: readonly LoginAttribute[],
  valuesOf: (name: string) => readonly string[],
  login: string,
): boolean {
  const shown = attributes.filter(({ name }) => valuesOf(name).length > 0);
  if (shown.length === 0) return true;
  return shown.some(({ name, value }) => {
    const wanted = normalizeUsername(value.replaceAll(LOGIN, () => login));
    return valuesOf(name).some((each) => normalizeUsername(each) === wanted);
  });
}
