import { type CreateEvent, userActor } from '../../audit/events.js';
import type { AccountRecord, Note, PasskeyRecord } from '../../storage/ports/index.js';

/** The audit event of a change that a user makes to a passkey. */
export function passkeyEvent(
  createEvent: CreateEvent,
  type: 'passkey.added' | 'passkey.renamed' | 'passkey.removed',
  account: AccountRecord,
  by: { readonly via: string; readonly address: string },
): Note<PasskeyRecord> {
  return ({ id, name }) =>
    createEvent({
      type,
      actor: userActor(account),
      ...by,
      target: { type: 'passkey', id },
      ...(type === 'passkey.removed' ? { before: { name } } : { after: { name } }),
      accountId: account.id,
    });
}
