import { z } from 'zod';
import { managementScopeNames } from '../scopes/management-scopes.js';
import type { ApiKeyRecord } from '../storage/ports/index.js';
import { etagOf } from './etag.js';
import { isoTime, timestamp } from './page.js';

/** What a key can be kept to: parts of this API, and who its person is. */
export const keyScopes = ['accounts.self:read', ...managementScopeNames] as const;
export type KeyScope = (typeof keyScopes)[number];

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().meta({ description: 'How the key begins, so that you can tell your keys apart' }),
    scopes: z
      .array(z.string())
      .nullable()
      .meta({ description: 'What it is good for; null for all that its person may do' }),
    account_id: z.string().nullable().meta({ description: 'Whose it is; null for a key of the deployment' }),
    created_on: timestamp,
    expires_on: timestamp.nullable(),
    last_used_on: timestamp.nullable().meta({ description: 'When it was last of use, to the minute' }),
  })
  .meta({ id: 'ApiKey' });

export const newApiKeySchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'The key, this once' }) })
  .meta({ id: 'NewApiKey' });

/** A key as it is shown: never itself. */
export function representApiKey(key: ApiKeyRecord): z.input<typeof apiKeySchema> {
  return { ...lasting(key), last_used_on: key.lastUsedAt === null ? null : isoTime(key.lastUsedAt) };
}

/** Names what a key is like; that it was used does not change it. */
export function etagOfApiKey(key: ApiKeyRecord): string {
  return etagOf(lasting(key));
}

/** All of it that does not change by use; for the audit trail, and to tell whether somebody changed it. */
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
