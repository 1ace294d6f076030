import type { AccountRecord, OtherWaysIn } from '../ports/index.js';
import { defineStatement } from './statement.js';
import { first, type Unit } from './unit.js';

const anyIdentity = defineStatement((db, p: { account_id: string }) =>
  db.selectFrom('external_identities').select('subject').where('account_id', '=', p.account_id).limit(1),
);

const anyPasskey = defineStatement((db, p: { account_id: string }) =>
  db.selectFrom('passkeys').select('id').where('account_id', '=', p.account_id).limit(1),
);

/** Rolls back a unit after which the user could not sign in. */
export class LastWayIn extends Error {}

/**
 * Makes sure that a user can still sign in, in units that remove a way in. Lock the account first (`lock-account.sql.ts`):
 * two units could otherwise each remove the last way that the other one leaves.
 *
 * @param ways what users of this deployment sign in with, besides passwords and providers
 * @throws LastWayIn
 */
export function* requireWayIn(
  { id: account_id, passwordHash }: AccountRecord,
  { passkeys }: OtherWaysIn,
): Unit<void> {
  if (passwordHash !== null) return;
  if ((yield* first(anyIdentity, { account_id })) !== undefined) return;
  if (passkeys && (yield* first(anyPasskey, { account_id })) !== undefined) return;
  throw new LastWayIn();
}
