import type { AccountRecord } from '../storage/ports/index.js';

/** The standard claims that are fields of an account (OpenID Connect Core 1.0 §5.1, §5.1.1). */
export interface RecordedClaims {
  readonly middle_name?: string;
  readonly nickname?: string;
  readonly profile?: string;
  readonly picture?: string;
  readonly website?: string;
  readonly gender?: string;
  /** ISO 8601-1: `YYYY-MM-DD`. The year 0000 means that it is unknown. */
  readonly birthdate?: string;
  /** A name of the IANA time zone database. */
  readonly zoneinfo?: string;
  /** BCP 47. */
  readonly locale?: string;
  readonly address?: {
    readonly formatted?: string;
    readonly street_address?: string;
    readonly locality?: string;
    readonly region?: string;
    readonly postal_code?: string;
    readonly country?: string;
  };
  /** E.164. */
  readonly phone_number?: string;
  readonly phone_number_verified?: boolean;
}

/** The claims after a change: claims that are left out stay, and null removes one. */
export function mergeClaims(
  claims: AccountRecord['claims'],
  changes: Readonly<Record<string, unknown>> = {},
): AccountRecord['claims'] {
  const merged = Object.entries({ ...claims, ...changes });
  return Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined));
}

/** @param groups the names of the user's groups */
type ReadClaim = (account: AccountRecord, groups: readonly string[]) => unknown;

/** A claim that is a field of an account. */
const recorded =
  (name: keyof RecordedClaims): ReadClaim =>
  ({ claims }) =>
    Object.hasOwn(claims, name) ? claims[name] : null;

/**
 * Claims about a user, by the scope that requests them: the standard claims (OpenID Connect Core 1.0 §5.1, §5.4), and the
 * groups of the user, which no other scope has.
 */
export const claimsByScope = {
  profile: {
    name: (account) => account.name,
    family_name: (account) => account.familyName,
    given_name: (account) => account.givenName,
    middle_name: recorded('middle_name'),
    nickname: recorded('nickname'),
    preferred_username: (account) => account.username,
    profile: recorded('profile'),
    picture: recorded('picture'),
    website: recorded('website'),
    gender: recorded('gender'),
    birthdate: recorded('birthdate'),
    zoneinfo: recorded('zoneinfo'),
    locale: recorded('locale'),
    updated_at: (account) => account.updatedAt,
  },
  email: {
    email: (account) => account.email,
    email_verified: (account) => (account.email === null ? null : account.emailVerified),
  },
  address: {
    address: recorded('address'),
  },
  phone: {
    phone_number: recorded('phone_number'),
    phone_number_verified: recorded('phone_number_verified'),
  },
  groups: {
    groups: (_, groups) => (groups.length === 0 ? null : groups),
  },
} as const satisfies Record<string, Record<string, ReadClaim>>;

type ClaimScope = keyof typeof claimsByScope;

const readers = new Map<string, ReadClaim>(
  Object.values(claimsByScope).flatMap((claims) => Object.entries<ReadClaim>(claims)),
);

const scopeByClaim = new Map(
  Object.entries(claimsByScope).flatMap(([scope, claims]) =>
    Object.keys(claims).map((name) => [name, scope as ClaimScope] as const),
  ),
);

/** Every claim about a user that Grantor supports. */
export const claimNames: readonly string[] = [...readers.keys()];

/** The scope that requests a claim; undefined for a claim that Grantor does not support. */
export function scopeOfClaim(name: string): ClaimScope | undefined {
  return scopeByClaim.get(name);
}

/**
 * The claims about a user that these scopes request, with the individually requested claims (§5.5). `sub` is not
 * among them, since it also depends on the client. Claims without a value are omitted (§5.3.2).
 *
 * @param groups the names of the user's groups; only needed if `requestsGroups`
 */
export function claimsFor(
  account: AccountRecord,
  scopes: readonly string[],
  asked: Iterable<string> = [],
  groups: readonly string[] = [],
): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  const add = (name: string, read: ReadClaim | undefined) => {
    const value = read?.(account, groups) ?? null;
    if (value !== null) claims[name] = value;
  };
  for (const scope of scopes) {
    if (!Object.hasOwn(claimsByScope, scope)) continue;
    for (const [name, read] of Object.entries<ReadClaim>(claimsByScope[scope as ClaimScope])) add(name, read);
  }
  for (const name of asked) add(name, readers.get(name));
  return claims;
}

/** Whether these scopes or the individually requested claims include the groups of the user. */
export function requestsGroups(scopes: readonly string[], asked: readonly string[]): boolean {
  return scopes.includes('groups') || asked.includes('groups');
}
