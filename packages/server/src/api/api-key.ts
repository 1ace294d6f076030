import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { ApiKeyRecord, ApiKeyStore } from '../storage/ports/index.js';
import { Problem } from './problem.js';

/**
 * Finds out whose API key a request carries in `Authorization: Bearer` (RFC 6750 §2.1).
 *
 * @throws Problem 401 where there is none, or it is unknown or expired
 */
export async function authenticateApiKey(
  apiKeys: ApiKeyStore,
  headers: Headers,
  clock: Clock,
): Promise<ApiKeyRecord> {
  const key = /^bearer +(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (key === undefined) {
    throw new Problem(401, 'Send an API key in the header "Authorization: Bearer ..."', {
      headers: { 'www-authenticate': 'Bearer realm="Grantor API"' },
    });
  }
  const found = await apiKeys.find(sha256(key.trim()), clock());
  if (found === undefined) {
    throw new Problem(401, 'The API key is unknown, expired or revoked', {
      headers: { 'www-authenticate': 'Bearer realm="Grantor API", error="invalid_token"' },
    });
  }
  return found;
}
