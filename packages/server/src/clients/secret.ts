import { equalInConstantTime, sha256 } from '../crypto/hash.js';
import type { ClientRecord } from '../storage/ports/index.js';

/**
 * Whether this is the client's secret, in a time that does not tell how nearly.
 *
 * @param client undefined where there is no such client, which takes as long to refuse
 */
export function isClientSecret(client: ClientRecord | undefined, secret: string): boolean {
  const matches = equalInConstantTime(sha256(secret), client?.secretHash ?? '');
  return matches && client !== undefined && client.secretHash !== null;
}
