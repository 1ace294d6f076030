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
