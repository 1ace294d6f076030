import type { ApiKeyRecord } from '../storage/ports/index.js';
import { isoTime } from '../validation/time.js';

/** An API key as the management API and the audit trail show it: without the key, and without its last use. */
export function representApiKey(key: ApiKeyRecord) {
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
