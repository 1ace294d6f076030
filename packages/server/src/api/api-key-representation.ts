import { z } from 'zod';
import { managementScopeNames } from '../scopes/management-scopes.js';
import type { ApiKeyRecord } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { etagOf } from './etag.js';

/** The scopes that a key can be limited to: parts of this API, and the profile of its user. */
export const keyScopes = ['accounts.self:read', ...managementScopeNames] as const;
export type KeyScope = (typeof keyScopes)[number];

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().meta({ description: 'The first characters of the key, to tell keys apart' }),
    scopes: z
      .array(z.string())
      .nullable()
      .meta({ description: 'The scopes of the key; null for everything that its user may do' }),
    account_id: z
      .string()
      .nullable()
      .meta({ description: 'The user that the key belongs to; null for a key of the deployment' }),
    created_on: timestamp,
    expires_on: timestamp.nullable(),
    last_used_on: timestamp.nullable().meta({ description: 'When the key was last used, to the minute' }),
  })
  .meta({ id: 'ApiKey' });

export const newApiKeySchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'The key, which is shown only in this response' }) })
  .meta({ id: 'NewApiKey' });

/** A key as the API returns it, without the key itself. */
export function representApiKey(key: ApiKeyRecord): z.input<typeof apiKeySchema> {
  return { ...lasting(key), last_used_on: key.lastUsedAt === null ? null : isoTime(key.lastUsedAt) };
}

/** The entity tag of a key. Using the key does not change it. */
export function etagOfApiKey(key: ApiKeyRecord): string {
  return etagOf(lasting(key));
}

/** All fields that using the key does not change, for the audit trail and the entity tag. */
export function lasting(key: ApiKeyRecord) {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes === null ? null : [...key.scopes],
    account_id: key.accountId,
    created_on: isoTime(key.createdAt),
    expires_on: key.expiresAt === null ? null : isoTime(key.expiresAt),
  };
}
