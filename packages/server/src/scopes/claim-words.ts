/** The texts of one item of a consent: a scope, a claim or a resource. */
export interface ItemDescription {
  readonly name: string;
  /** What the app will be able to do, after "It asks to". */
  readonly title: string;
  readonly description: string | null;
}

/** The titles of claims of the `claims` parameter, which follow "It asks to" on the consent page. */
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
  email_verified: 'See whether your email address is verified',
  address: 'See your postal address',
  phone_number: 'See your phone number',
  phone_number_verified: 'See whether your phone number is verified',
};

/** No scope of the catalogue has this prefix. */
const PREFIX = 'claim:';

/** The name of a claim among the items of a consent. */
export function claimItem(name: string): string {
  return PREFIX + name;
}

/** The claim that an item of a consent is about; undefined for a scope. */
export function claimOf(item: string): string | undefined {
  return item.startsWith(PREFIX) ? item.slice(PREFIX.length) : undefined;
}

/** The description of a claim for the consent page; undefined for a scope. */
export function describeClaim(item: string): ItemDescription | undefined {
  const name = claimOf(item);
  if (name === undefined) return undefined;
  return { name: item, title: titles[name] ?? name, description: null };
}
