import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const endGrants = defineStatement((db, p: { client_id: string; now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('client_id', '=', p.client_id)
    .where('revoked_at', 'is', null),
);

const deleteOwnTokens = defineStatement((db, p: { client_id: string }) =>
  db.deleteFrom('client_access_tokens').where('client_id', '=', p.client_id),
);

/** A client's own JWT has no row. It names the version of the credentials that it was issued to. */
const outdateOwnTokens = defineStatement((db, p: { client_id: string }) =>
  db
    .updateTable('clients')
    .set((eb) => ({ credentials_version: eb('credentials_version', '+', 1) }))
    .where('id', '=', p.client_id),
);

/** Revokes all grants to a client and its own tokens, as part of a unit. Consents stay. */
export function* endAccess(clientId: string, now: number): Unit<void> {
  yield* execute(endGrants, { client_id: clientId, now });
  yield* endOwnTokens(clientId);
}

/** Revokes a client's own tokens. */
export function* endOwnTokens(clientId: string): Unit<void> {
  yield* execute(deleteOwnTokens, { client_id: clientId });
  yield* execute(outdateOwnTokens, { client_id: clientId });
}
