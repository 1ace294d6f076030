import { etagOf } from '../api/etag.js';
import type { AccountRecord, NamedId } from '../storage/ports/index.js';
import { isoTime } from '../validation/time.js';
import { groupType, userType } from './attributes.js';
import { isObject, listOf, type Resource } from './resource.js';

/** The base of the addresses of resources: `https://login.example.com/scim/v2`. */
export type ScimBase = string;

/** The writable attributes of a user, as a client sees them. */
export function writableUser(account: AccountRecord): Resource {
  const { claims } = account;
  return withoutEmpty({
    externalId: account.externalId,
    userName: account.username,
    name: withoutEmpty({
      givenName: account.givenName,
      familyName: account.familyName,
      middleName: claims.middle_name,
    }),
    displayName: account.name,
    nickName: claims.nickname,
    profileUrl: claims.profile,
    locale: claims.locale,
    timezone: claims.zoneinfo,
    active: account.disabledAt === null,
    emails: account.email === null ? undefined : [{ value: account.email, type: 'work', primary: true }],
  });
}

/** The version of a user: the entity tag of what a client can change (RFC 7644 §3.14). */
export function userVersion(account: AccountRecord): string {
  return etagOf({ id: account.id, ...writableUser(account) });
}

export function representUser(account: AccountRecord, groups: readonly NamedId[], base: ScimBase): Resource {
  return {
    schemas: [userType.schema],
    id: account.id,
    ...writableUser(account),
    groups: groups.map(({ id, name }) => ({
      value: id,
      $ref: `${base}${groupType.endpoint}/${id}`,
      display: name,
    })),
    meta: {
      resourceType: userType.name,
      created: isoTime(account.createdAt),
      lastModified: isoTime(account.updatedAt),
      location: `${base}${userType.endpoint}/${account.id}`,
      version: userVersion(account),
    },
  };
}

/** The fields for the attributes of a user, not checked yet. What is left out is removed, except names and passwords. */
function userFields(user: Resource): Record<string, unknown> {
  const name = isObject(user.name) ? user.name : {};
  return {
    username: user.userName,
    external_id: user.externalId ?? null,
    email: emailOf(user.emails),
    given_name: name.givenName ?? null,
    family_name: name.familyName ?? null,
    claims: {
      middle_name: name.middleName ?? null,
      nickname: user.nickName ?? null,
      profile: user.profileUrl ?? null,
      locale: user.locale ?? null,
      zoneinfo: user.timezone ?? null,
    },
    ...withoutEmpty({ name: user.displayName, password: user.password }),
  };
}

/** The fields of a new account. */
export function newUserFields(user: Resource): Record<string, unknown> {
  return { ...userFields({ ...user, userName: user.userName ?? '' }), disabled: user.active === false };
}

/** The change of an account. Deactivation ends everything at once. */
export function userChange(user: Resource, before: AccountRecord): Record<string, unknown> {
  const wasActive = before.disabledAt === null;
  const disabled = typeof user.active === 'boolean' ? !user.active : undefined;
  return {
    ...userFields(user),
    ...(disabled === undefined ? {} : { disabled }),
    ...(disabled === true && wasActive ? { end_access: true } : {}),
  };
}

/** The attributes by the fields that can be wrong. */
const attributeByField: Readonly<Record<string, string>> = {
  username: 'userName',
  external_id: 'externalId',
  email: 'emails',
  given_name: 'name.givenName',
  family_name: 'name.familyName',
  name: 'displayName',
  'claims.middle_name': 'name.middleName',
  'claims.nickname': 'nickName',
  'claims.profile': 'profileUrl',
  'claims.locale': 'locale',
  'claims.zoneinfo': 'timezone',
};

/** The name of the attribute of a field. */
export function attributeOf(field: string): string {
  return attributeByField[field] ?? field;
}

/** The primary address, else the first. */
function emailOf(emails: unknown): unknown {
  const all = listOf(emails).filter(isObject);
  return (all.find(({ primary }) => primary === true) ?? all[0])?.value ?? null;
}

function withoutEmpty(attributes: Resource): Resource {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([, value]) =>
        value !== null && value !== undefined && !(isObject(value) && Object.keys(value).length === 0),
    ),
  );
}
