import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { ApiKeyStore, ApiKeyWithAccount } from '../storage/ports/index.js';
import { type Principal, roleOf } from './principal.js';

/** How exactly the last use of a key is known, in seconds: a write for every request would cost more than the request. */
const LAST_USED_PRECISION_SECONDS = 60;

export interface ApiKeyDependencies {
  readonly apiKeys: ApiKeyStore;
  readonly clock: Clock;
  readonly developers: 'everybody' | 'administrators';
}

/** Whose key this is; undefined where it is unknown, expired or revoked, or its person is disabled. */
export async function principalOfKey(
  { apiKeys, clock, developers }: ApiKeyDependencies,
  key: string,
): Promise<Principal | undefined> {
  const now = clock();
  const found = await apiKeys.findLive(sha256(key), now);
  if (found === undefined) return undefined;
  const { id, lastUsedAt } = found.key;
  if (lastUsedAt === null || lastUsedAt < now - LAST_USED_PRECISION_SECONDS) {
    await apiKeys.touch(id, now, now - LAST_USED_PRECISION_SECONDS);
  }
  return principalOf(found, developers);
}

/** A key acts for its person; one that is nobody's is the deployment's own, and an administrator. */
export function principalOf(
  { key, account }: ApiKeyWithAccount,
  developers: 'everybody' | 'administrators',
): Principal {
  return {
    id: account?.id ?? key.id,
    account,
    role: account === null ? 'administrator' : roleOf(account, developers),
    scopes: key.scopes === null ? null : new Set(key.scopes),
    actor:
      account === null
        ? { type: 'api_key', id: key.id, name: key.name }
        : { type: 'account', id: account.id, name: account.name },
    via: `api_key:${key.id}`,
    expiresAt: key.expiresAt,
  };
}
