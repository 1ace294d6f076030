import { z } from 'zod';
import { timestamp } from '../validation/time.js';

/** Fields that only the server sets. They are ignored in requests, so that a response can be sent back as an update. */
export const ACCOUNT_READ_ONLY_FIELDS = [
  'id',
  'has_password',
  'disabled_on',
  'created_on',
  'modified_on',
] as const;

export const accountSchema = z
  .object({
    id: z.string().meta({ description: 'The `sub` of the user’s tokens. It never changes' }),
    external_id: z.string().nullable(),
    username: z.string(),
    email: z.string().nullable(),
    email_verified: z.boolean(),
    name: z.string(),
    given_name: z.string().nullable(),
    family_name: z.string().nullable(),
    claims: z.record(z.string(), z.unknown()),
    is_admin: z.boolean(),
    has_password: z.boolean(),
    disabled: z.boolean(),
    disabled_on: timestamp.nullable(),
    created_on: timestamp,
    modified_on: timestamp,
  })
  .meta({ id: 'Account', description: 'A user account' });

const count = (description: string) => z.int().min(0).meta({ description });

export const removedFactorsSchema = z
  .object({
    authenticator_app: z.boolean().meta({ description: 'Whether an authenticator app was removed' }),
    passkeys: count('Passkeys that were removed'),
    recovery_codes: count('Unused recovery codes that were removed'),
  })
  .meta({ id: 'RemovedFactors', description: 'What a reset of the factors of a user removed' });

export const endedAccessSchema = z
  .object({
    sessions: count('Sessions that ended. Apps with a back-channel logout URI are notified'),
    grants: count('Grants that ended, with their codes, refresh tokens and access tokens'),
    api_keys: count('API keys that were deleted'),
    apps: count('Apps that the user registered. Their own tokens (client credentials) ended'),
  })
  .meta({ id: 'EndedAccess', description: 'What ended with the access of a user' });
