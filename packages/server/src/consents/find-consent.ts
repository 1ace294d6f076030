import type { Clock } from '../crypto/clock.js';
import { type ConsentSeconds, consentSecondsOf, isConsentCurrent } from '../scopes/consent-lifetime.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { AllowedItem, ConsentItem, ConsentStore } from '../storage/ports/index.js';

/** What a user has allowed a client, without what has expired. */
export type FindConsent = (accountId: string, clientId: string) => Promise<readonly AllowedItem[]>;

/** How long consent to an item lasts. */
export type ConsentSecondsOf = (item: ConsentItem) => ConsentSeconds;

/** @param deploymentSeconds the limit of the deployment, in seconds; 0 for none. A scope can have a shorter one */
export function createConsentSecondsOf(
  scopes: Pick<ScopeCatalogue, 'current'>,
  deploymentSeconds: number,
): ConsentSecondsOf {
  return ({ name }) => consentSecondsOf(name, scopes.current(), deploymentSeconds);
}

export function createFindConsent(
  consents: Pick<ConsentStore, 'inspect'>,
  secondsOf: ConsentSecondsOf,
  clock: Clock,
): FindConsent {
  return async (accountId, clientId) => {
    const now = clock();
    const items = await consents.inspect(accountId, clientId);
    return items.filter((item) => isConsentCurrent(item.allowedAt, secondsOf(item), now));
  };
}
