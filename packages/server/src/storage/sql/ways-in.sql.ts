import type { AccountRecord } from '../ports/index.js';
import { defineStatement } from './statement.js';
import { first, type Unit } from './unit.js';

const anyIdentity = defineStatement((db, p: { account_id: string }) =>
  db.selectFrom('external_identities').select('subject').where('account_id', '=', p.account_id).limit(1),
);

/**
 * Whether a user can still sign in, for units that remove a way in. Lock the account first (`lock-account.sql.ts`): two
 * units could otherwise each remove the last way that the other one leaves.
 */
export function* hasWayIn({ id, passwordHash }: AccountRecord): Unit<boolean> {
  if (passwordHash !== null) return true;
  return (yield* first(anyIdentity, { account_id: id })) !== undefined;
}
