import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { ApiKeyStore, ApiKeyWithAccount } from '../storage/ports/index.js';
import { type Developers, type Principal, principalOfUser } from './principal.js';

/** The precision of the last use of a key, in seconds. A write for every request would cost more than the request. */
const LAST_USED_PRECISION_SECONDS = 60;

export interface ApiKeyDependencies {
  readonly apiKeys: ApiKeyStore;
  readonly clock: Clock;
  readonly developers: Developers;
}

/** The principal of an API key; undefined if the key is unknown, expired or deleted, or its user is disabled. */
export async function principalOfKey(
  dependencies: ApiKeyDependencies,
  key: string,
): Promise<Principal | undefined> {
  const { apiKeys, clock, developers } = dependencies;
  const now = clock();
  const found = await apiKeys.findLive(sha256(key), now);
  if (found === undefined) return undefined;
  await noteUse(dependencies, found, now);
  return principalOf(found, developers);
}

/**
 * The same for a credential that was made with the key and ends with it.
 *
 * @param isMadeWith whether the credential was made with this key; otherwise the key counts as unused
 */
export async function principalOfKeyId(
  dependencies: ApiKeyDependencies,
  id: string,
  isMadeWith: (principal: Principal) => boolean,
): Promise<Principal | undefined> {
  const { apiKeys, clock, developers } = dependencies;
  const now = clock();
  const found = await apiKeys.findLiveById(id, now);
  if (found === undefined) return undefined;
  const principal = principalOf(found, developers);
  if (!isMadeWith(principal)) return undefined;
  await noteUse(dependencies, found, now);
  return principal;
}

async function noteUse(
  { apiKeys }: ApiKeyDependencies,
  { key: { id, lastUsedAt } }: ApiKeyWithAccount,
  now: number,
): Promise<void> {
  const before = now - LAST_USED_PRECISION_SECONDS;
  if (lastUsedAt === null || lastUsedAt <= before) await apiKeys.touch(id, now, before);
}

/** A key acts for its user. A key without a user belongs to the deployment and is an administrator. */
function principalOf({ key, account }: ApiKeyWithAccount, developers: Developers): Principal {
  const known = {
    scopes: key.scopes === null ? null : new Set(key.scopes),
    credential: { kind: 'api_key', keyId: key.id, keyHash: key.hash },
    via: `api_key:${key.id}`,
    expiresAt: key.expiresAt,
  } as const;
  if (account !== null) return principalOfUser(account, developers, known);
  return {
    id: key.id,
    account: null,
    role: 'administrator',
    actor: { type: 'api_key', id: key.id, name: key.name },
    isDerived: false,
    ...known,
  };
}
