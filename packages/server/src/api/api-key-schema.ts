import { z } from 'zod';
import { representApiKey } from '../api-keys/api-key-representation.js';
import type { ApiKeyRecord } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { listOf, oneOf, optional, text } from '../validation/values.js';

const TEN_YEARS = 10 * 365 * 86_400;

/** @param keyScopes the scopes that API keys can have */
export const newApiKeyRequest = (keyScopes: readonly string[]) =>
  z.strictObject({
    name: text(1, 256),
    scopes: optional(listOf(oneOf(keyScopes), keyScopes.length, 'scope').min(1, 'must not be empty')).meta({
      description: 'The scopes of the key. Default: everything that the credential of the request may do',
    }),
    expires_in: optional(z.number().int().min(1).max(TEN_YEARS)).meta({
      description: 'Lifetime in seconds. Default: the lifetime of the credential of the request',
    }),
  });

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

/** The response for a key. Its last use is no part of the ETag, so that a use does not make an edit stale. */
export function apiKeyResponse(key: ApiKeyRecord): z.input<typeof apiKeySchema> {
  return { ...representApiKey(key), last_used_on: key.lastUsedAt === null ? null : isoTime(key.lastUsedAt) };
}
