/** An attribute of a resource (RFC 7643 §7). Members that are left out have the defaults of §2.2. */
export interface Attribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'complex' | 'dateTime' | 'reference';
  readonly description: string;
  readonly multiValued?: true;
  readonly required?: true;
  readonly caseExact?: true;
  readonly mutability?: 'readOnly' | 'writeOnly' | 'immutable';
  readonly returned?: 'always' | 'never';
  readonly uniqueness?: 'server';
  readonly subAttributes?: readonly Attribute[];
  readonly referenceTypes?: readonly string[];
}

const text = (name: string, description: string, more: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'string',
  description,
  ...more,
});

const reference = (name: string, description: string, types: readonly string[]): Attribute => ({
  name,
  type: 'reference',
  description,
  caseExact: true,
  mutability: 'readOnly',
  referenceTypes: types,
});

/** The attributes that every resource has (RFC 7643 §3.1). */
export const commonAttributes: readonly Attribute[] = [
  text('id', 'The ID at this server', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  text('externalId', 'The ID in the system of the client', { caseExact: true }),
  {
    name: 'meta',
    type: 'complex',
    description: 'Type, times, address and version',
    mutability: 'readOnly',
    subAttributes: [
      text('resourceType', 'The type', { caseExact: true, mutability: 'readOnly' }),
      { name: 'created', type: 'dateTime', description: 'Time of creation', mutability: 'readOnly' },
      { name: 'lastModified', type: 'dateTime', description: 'Time of change', mutability: 'readOnly' },
      reference('location', 'The address', ['uri']),
      text('version', 'The entity tag', { caseExact: true, mutability: 'readOnly' }),
    ],
  },
];

const userAttributes: readonly Attribute[] = [
  text('userName', 'The login', { required: true, uniqueness: 'server' }),
  {
    name: 'name',
    type: 'complex',
    description: 'The parts of the name',
    subAttributes: [
      text('givenName', 'The given name'),
      text('familyName', 'The family name'),
      text('middleName', 'The middle name'),
    ],
  },
  text('displayName', 'The full name. Default: given name and family name'),
  text('nickName', 'The nickname'),
  {
    name: 'profileUrl',
    type: 'reference',
    description: 'The address of the profile page',
    caseExact: true,
    referenceTypes: ['external'],
  },
  text('locale', 'The language, such as en-GB'),
  text('timezone', 'The time zone, such as Europe/London'),
  {
    name: 'active',
    type: 'boolean',
    description: 'Whether the user can sign in. False also ends all sessions, grants and API keys',
  },
  text('password', 'A new password', { caseExact: true, mutability: 'writeOnly', returned: 'never' }),
  {
    name: 'emails',
    type: 'complex',
    multiValued: true,
    description: 'The email address. One is kept: the primary one, else the first',
    subAttributes: [
      text('value', 'The address'),
      text('type', 'Always work in responses'),
      { name: 'primary', type: 'boolean', description: 'Always true in responses' },
    ],
  },
  {
    name: 'groups',
    type: 'complex',
    multiValued: true,
    mutability: 'readOnly',
    description: 'The groups of the user',
    subAttributes: [
      text('value', 'The ID of the group', { caseExact: true, mutability: 'readOnly' }),
      reference('$ref', 'The address of the group', ['Group']),
      text('display', 'The name of the group', { mutability: 'readOnly' }),
    ],
  },
];

const groupAttributes: readonly Attribute[] = [
  text('displayName', 'The name of the group', { required: true, uniqueness: 'server' }),
  {
    name: 'members',
    type: 'complex',
    multiValued: true,
    description: 'The users in the group',
    subAttributes: [
      text('value', 'The ID of the user', { caseExact: true, mutability: 'immutable' }),
      reference('$ref', 'The address of the user', ['User']),
      text('type', 'Always User', { mutability: 'immutable' }),
      text('display', 'The name of the user', { mutability: 'readOnly' }),
    ],
  },
];

/** A type of resources. */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly schema: string;
  /** Below the base of SCIM. */
  readonly endpoint: string;
  readonly description: string;
  /** Without the common ones. */
  readonly attributes: readonly Attribute[];
}

export const userType: ResourceType = {
  name: 'User',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
  endpoint: '/Users',
  description: 'User account',
  attributes: userAttributes,
};

export const groupType: ResourceType = {
  name: 'Group',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  endpoint: '/Groups',
  description: 'Group of users',
  attributes: groupAttributes,
};

export const resourceTypes: readonly ResourceType[] = [userType, groupType];

/** The attribute with this name among some. Names do not differ by case (RFC 7643 §2.1). */
export function attributeNamed(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const wanted = name.toLowerCase();
  return attributes.find((attribute) => attribute.name.toLowerCase() === wanted);
}

/** All attributes of a type, with the common ones. */
export function attributesOf({ attributes }: ResourceType): readonly Attribute[] {
  return [...commonAttributes, ...attributes];
}
