import type { AuditEvent, CodeRecord, GrantStore, GrantTokens, RedeemOutcome } from '../ports/index.js';
import { addEvent } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf, ofLiveGrant } from './grant-columns.js';
import { addTokens } from './new-tokens.sql.js';
import { defineStatement } from './statement.js';
import { codesTable } from './tables/grant-tokens.table.js';
import { execute, first, type Unit } from './unit.js';

const insertCode = defineStatement((db, p: TableRow<typeof codesTable>) =>
  db.insertInto('authorization_codes').values(codesTable.values(p)),
);

const joinedCode = codesTable.prefixed('code_');

const findCode = defineStatement((db, p: { hash: string }) =>
  db
    .selectFrom('authorization_codes')
    .innerJoin('grants', 'grants.id', 'authorization_codes.grant_id')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select(joinedCode.selection)
    .select(grantColumns)
    .where('authorization_codes.hash', '=', p.hash),
);

/** Succeeds for one caller only, and for none once the grant is revoked. */
const spendCode = defineStatement((db, p: { hash: string; now: number }) =>
  db
    .updateTable('authorization_codes')
    .set({ spent_at: p.now })
    .where('hash', '=', p.hash)
    .where('spent_at', 'is', null)
    .where(ofLiveGrant('authorization_codes.grant_id')),
);

/** Revokes the grant of a code, unless it is revoked already. */
const revokeGrantOfCode = defineStatement((db, p: { hash: string; now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('revoked_at', 'is', null)
    .where('id', 'in', (eb) =>
      eb.selectFrom('authorization_codes').select('grant_id').where('hash', '=', p.hash),
    ),
);

const codeExists = defineStatement((db, p: { hash: string }) =>
  db.selectFrom('authorization_codes').select('hash').where('hash', '=', p.hash),
);

/** Authorization codes in SQL. */
export function sqlCodes(database: Database): Pick<GrantStore, 'findCode' | 'redeemCode'> {
  return {
    async findCode(hash) {
      const row = await database.readFirst(findCode, { hash });
      return row && { ...grantWithAccountOf(row), code: joinedCode.recordOf(row) };
    },
    redeemCode: (hash, tokens, now, reuse) => database.unit(() => redeem(hash, tokens, now, reuse)),
  };
}

/** Writes a code, as part of the unit that writes its grant. */
export function* addCode(code: CodeRecord): Unit<void> {
  yield* execute(insertCode, codesTable.rowOf(code));
}

function* redeem(
  hash: string,
  tokens: GrantTokens,
  now: number,
  reuse: AuditEvent | undefined,
): Unit<RedeemOutcome> {
  if ((yield* execute(spendCode, { hash, now })) === 1) {
    yield* addTokens(tokens.grantId, tokens);
    return 'redeemed';
  }
  // RFC 6749 §4.1.2: a second use revokes the tokens of the first.
  const revoked = yield* execute(revokeGrantOfCode, { hash, now });
  if (revoked === 1 && reuse !== undefined) yield* addEvent(reuse);
  if (revoked === 1) return 'alreadyRedeemed';
  return (yield* first(codeExists, { hash })) === undefined ? 'missing' : 'alreadyRedeemed';
}
