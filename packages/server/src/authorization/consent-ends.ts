import type { ConsentSecondsOf } from '../consents/find-consent.js';
import { isSameResource } from '../scopes/access.js';
import type { Catalogue } from '../scopes/catalogue.js';
import type { AllowedItem, ResourceAccess } from '../storage/ports/index.js';

/**
 * When consent to each scope expires, in seconds since the epoch, without those that last until they are revoked. A grant
 * keeps these times: a scope that another one includes, or that was allowed long before, must not outlast its consent.
 *
 * @param allowed what the user allows the client
 */
export function consentEndsOf(
  access: readonly ResourceAccess[],
  allowed: readonly AllowedItem[],
  catalogue: Catalogue,
  secondsOf: ConsentSecondsOf,
): Readonly<Record<string, number>> {
  const ends = new Map<string, number>();
  for (const { resource, scopes } of access) {
    for (const name of scopes) {
      const covering = allowed.filter(
        (given) =>
          given.resource !== null &&
          isSameResource(given.resource, resource) &&
          catalogue.covers(given.name, name),
      );
      const end = Math.max(...covering.map((given) => given.allowedAt + (secondsOf(given) ?? Infinity)));
      if (Number.isFinite(end)) ends.set(name, Math.min(end, ends.get(name) ?? end));
    }
  }
  return Object.fromEntries(ends);
}
