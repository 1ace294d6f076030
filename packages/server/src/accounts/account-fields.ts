import { z } from 'zod';
import { pageUrl } from '../validation/urls.js';
import { optional, text } from '../validation/values.js';
import { MAX_PASSWORD_LENGTH } from './passwords.js';

const username = text(1, 256);
const email = text(3, 254).regex(/^[^\s@]+@[^\s@]+$/, 'must be an email address');

const password = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(MAX_PASSWORD_LENGTH, `must have at most ${MAX_PASSWORD_LENGTH} characters`)
  .refine((value) => value.isWellFormed(), 'must not contain unpaired surrogates');

/** Text with line breaks, for a postal address. */
const lines = z
  .string()
  .min(1, 'must not be empty')
  .max(1024, 'must have at most 1024 characters')
  .refine(
    (value) => value.isWellFormed() && !/\p{Cc}/u.test(value.replaceAll(/\r?\n/g, '')),
    'must not contain control characters other than line breaks',
  );

/** Whether a function returns without an exception. */
const isTaken = (take: () => unknown): boolean => {
  try {
    take();
    return true;
  } catch {
    return false;
  }
};

const birthdate = z
  .string()
  .regex(/^\d{4}(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))?$/, 'must be a date such as 1815-12-10');

const zoneinfo = text(1, 64).refine(
  (value) => /^[A-Za-z]/.test(value) && isTaken(() => new Intl.DateTimeFormat('en', { timeZone: value })),
  'must be a time zone such as Europe/London',
);

const locale = text(1, 64).refine(
  (value) => isTaken(() => Intl.getCanonicalLocales(value)),
  'must be a language tag such as en-GB',
);

/** Standard claims by name, as `accounts/claims.ts` returns them; null removes one. */
const claims = z.strictObject({
  middle_name: optional(text(1, 256)),
  nickname: optional(text(1, 256)),
  profile: optional(pageUrl),
  picture: optional(pageUrl),
  website: optional(pageUrl),
  gender: optional(text(1, 64)),
  birthdate: optional(birthdate),
  zoneinfo: optional(zoneinfo),
  locale: optional(locale),
  address: optional(
    z.strictObject({
      formatted: lines.optional(),
      street_address: lines.optional(),
      locality: text(1, 256).optional(),
      region: text(1, 256).optional(),
      postal_code: text(1, 64).optional(),
      country: text(1, 256).optional(),
    }),
  ),
  phone_number: optional(
    z.string().regex(/^\+[1-9]\d{1,14}(?:;ext=\d{1,10})?$/, 'must be a number such as +442079460018'),
  ),
  phone_number_verified: optional(z.boolean('must be true or false')),
});

const flag = z.boolean('must be true or false');

/** The rules of single fields, for claims of other systems (`external-claims.ts`). */
export const accountFieldRules = { username, email, name: text(1, 256), claims: claims.shape };

const fields = {
  external_id: optional(text(1, 256)).meta({
    description: 'The ID in the system that provisions the user, such as by SCIM',
  }),
  email: optional(email).meta({ description: 'The user can sign in with it' }),
  email_verified: flag.optional().meta({ description: 'Whether the address is verified. Default: true' }),
  password: optional(password).meta({
    description: '`null` removes the password: the user cannot sign in with one',
  }),
  given_name: optional(text(1, 256)),
  family_name: optional(text(1, 256)),
  claims: claims.optional().meta({ description: 'Other standard claims of OpenID Connect, by name' }),
  is_admin: flag.optional(),
};

/** The fields of a new account, for the API and the command line. */
export const newAccountSchema = z
  .strictObject({
    username: username.optional().meta({ description: 'The login. Default: the email address' }),
    name: text(1, 256).optional().meta({ description: 'The full name. Default: given name and family name' }),
    ...fields,
    disabled: flag.optional().meta({ description: 'Whether the user is disabled from the start' }),
  })
  .refine(
    (account) => account.username !== undefined || (account.email ?? null) !== null,
    'needs a username or an email',
  );

/** The fields of an account in a file of users. Their hashes are checked when they are read. */
export const importedAccountSchema = z
  .strictObject({
    username: username.optional(),
    email: email.optional(),
    email_verified: flag.optional(),
    password_hash: z.string('must be a text').max(2048, 'must have at most 2048 characters').optional(),
    name: text(1, 256).optional(),
    given_name: text(1, 256).optional(),
    family_name: text(1, 256).optional(),
    claims: claims.optional(),
    disabled: flag.optional(),
  })
  .refine(
    (account) => account.username !== undefined || account.email !== undefined,
    'needs a username or an email',
  );

/** The fields of an account that can be changed. */
export const accountChangesSchema = z.strictObject({
  username: username.optional(),
  name: text(1, 256).optional(),
  ...fields,
  disabled: flag.optional().meta({
    description:
      'A disabled user cannot sign in. Disabling ends all grants; enabling again does not restore them',
  }),
  end_access: flag.optional().meta({
    description:
      'With `true`, this change also ends the user’s sessions, grants and API keys, and the own tokens of the apps that they registered',
  }),
});

export type NewAccountFields = z.output<typeof newAccountSchema>;
export type AccountChangeFields = z.output<typeof accountChangesSchema>;
export type ImportedAccountFields = z.output<typeof importedAccountSchema>;
