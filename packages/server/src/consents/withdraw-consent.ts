import type { EventDetails } from '../audit/events.js';
import type { AuditEvent, ConsentStore } from '../storage/ports/index.js';
import { groupByResource } from './consent-items.js';

/** A consent that is revoked. */
export interface RevokedConsent {
  readonly accountId: string;
  readonly clientId: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Revokes a consent and ends the access of the app.
 *
 * @param event creates the audit event, with the caller as its actor
 */
export function withdrawConsent(
  consents: Pick<ConsentStore, 'withdraw'>,
  { accountId, clientId, now }: RevokedConsent,
  event: (details: EventDetails) => AuditEvent,
): Promise<'withdrawn' | 'missing'> {
  return consents.withdraw(accountId, clientId, now, ({ items, grantIds }) =>
    event({
      type: 'consent.revoked',
      target: { type: 'client', id: clientId },
      clientId,
      accountId,
      before: { access: groupByResource(items), grants: grantIds },
    }),
  );
}
