import type { Session } from '../accounts/sign-in.js';
import { appActor, type CreateEvent, userActor } from '../audit/events.js';
import { groupByResource } from '../consents/consent-items.js';
import type { AuditEvent, ClientRecord, ConsentItem, GrantRecord } from '../storage/ports/index.js';

/**
 * The decision of a user about an app that asks for access.
 *
 * @param items what the app asks for, from `consentItemsOf`
 */
export function consentEvent(
  createEvent: CreateEvent,
  type: 'consent.given' | 'consent.denied',
  asked: {
    readonly client: ClientRecord;
    readonly session: Session;
    readonly items: readonly ConsentItem[];
    readonly address: string;
  },
): AuditEvent {
  const { client, session, items, address } = asked;
  const { account } = session;
  return createEvent({
    type,
    actor: userActor(account),
    via: 'session',
    address,
    target: { type: 'client', id: client.id },
    after: { [type === 'consent.given' ? 'allowed' : 'denied']: groupByResource(items) },
    clientId: client.id,
    accountId: account.id,
  });
}

/** An app revokes a grant and all its tokens (RFC 7009 §2.1). */
export function grantRevokedEvent(
  createEvent: CreateEvent,
  client: ClientRecord,
  grant: GrantRecord,
  address: string,
): AuditEvent {
  return createEvent({
    type: 'grant.revoked',
    actor: appActor(client),
    via: client.authenticationMethod,
    address,
    target: { type: 'grant', id: grant.id },
    clientId: client.id,
    accountId: grant.accountId,
    grantId: grant.id,
  });
}
