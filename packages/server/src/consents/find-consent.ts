import type { Clock } from '../crypto/clock.js';
import type { ConsentItem, ConsentStore } from '../storage/ports/index.js';

/** What a user has allowed a client, without what has expired. */
export type FindConsent = (accountId: string, clientId: string) => Promise<readonly ConsentItem[]>;

/** @param consentSeconds how long a consent is valid, in seconds; 0 for as long as it is not revoked */
export function createFindConsent(
  consents: Pick<ConsentStore, 'find' | 'inspect'>,
  consentSeconds: number,
  clock: Clock,
): FindConsent {
  if (consentSeconds === 0) return (accountId, clientId) => consents.find(accountId, clientId);
  return async (accountId, clientId) => {
    const expiredBefore = clock() - consentSeconds;
    const items = await consents.inspect(accountId, clientId);
    return items.filter(({ allowedAt }) => allowedAt > expiredBefore);
  };
}
