import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { ApiKeyStore } from '../storage/ports/index.js';

/** The ID of the key in the configuration. Each start replaces the key by the configured one. */
export const CONFIGURED_KEY = 'configured';

/** @param key undefined if the configuration has none; an earlier configured key is then deleted */
export async function storeConfiguredKey(
  apiKeys: Pick<ApiKeyStore, 'put' | 'delete'>,
  key: string | undefined,
  clock: Clock,
): Promise<void> {
  if (key === undefined) {
    await apiKeys.delete(CONFIGURED_KEY);
    return;
  }
  await apiKeys.put({
    id: CONFIGURED_KEY,
    name: 'From the configuration',
    hash: sha256(key),
    prefix: key.slice(0, 4),
    accountId: null,
    scopes: null,
    createdAt: clock(),
    expiresAt: null,
    lastUsedAt: null,
  });
}
