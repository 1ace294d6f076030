import type { ItemDescription } from './description.js';

/** Claims that are asked for one by one, in the words that follow "It asks to". */
const titles: Readonly<Record<string, string>> = {
  name: 'See your name',
  family_name: 'See your family name',
  given_name: 'See your given name',
  middle_name: 'See your middle name',
  nickname: 'See your nickname',
  preferred_username: 'See your username',
  profile: 'See the address of your profile page',
  picture: 'See your picture',
  website: 'See the address of your website',
  gender: 'See your gender',
  birthdate: 'See your date of birth',
  zoneinfo: 'See your time zone',
  locale: 'See your language',
  updated_at: 'See when your profile was last changed',
  email: 'See your email address',
  email_verified: 'See whether your email address has been checked',
  address: 'See your postal address',
  phone_number: 'See your phone number',
  phone_number_verified: 'See whether your phone number has been checked',
};

/** No scope of the catalogue begins so. */
const PREFIX = 'claim:';

/** The name under which the consent to one claim is remembered, among those of scopes. */
export function claimItem(name: string): string {
  return PREFIX + name;
}

/** The claim that an item of a consent is about; undefined for a scope. */
export function claimOf(item: string): string | undefined {
  return item.startsWith(PREFIX) ? item.slice(PREFIX.length) : undefined;
}

/** The claim behind such a name, as a person reads it; undefined for a scope. */
export function describeClaim(item: string): ItemDescription | undefined {
  const name = claimOf(item);
  if (name === undefined) return undefined;
  return { name: item, title: titles[name] ?? name, description: null };
}
