import type { AuditEvent, CodeRecord, GrantStore, GrantTokens, RedeemOutcome } from '../ports/index.js';
import { addEvent } from './audit.sql.js';
import { flag, isSet } from './columns.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf, ofLiveGrant } from './grant-columns.js';
import { addTokens } from './new-tokens.sql.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

interface NewCode {
  hash: string;
  grant_id: string;
  redirect_uri: string;
  redirect_uri_sent: number;
  code_challenge: string | null;
  nonce: string | null;
  expires_at: number;
  spent_at: number | null;
}

const insertCode = defineStatement((db, p: NewCode) =>
  db.insertInto('authorization_codes').values({
    hash: p.hash,
    grant_id: p.grant_id,
    redirect_uri: p.redirect_uri,
    redirect_uri_sent: p.redirect_uri_sent,
    code_challenge: p.code_challenge,
    nonce: p.nonce,
    expires_at: p.expires_at,
    spent_at: p.spent_at,
  }),
);

const findCode = defineStatement((db, p: { hash: string }) =>
  db
    .selectFrom('authorization_codes as code')
    .innerJoin('grants', 'grants.id', 'code.grant_id')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select([
      'code.hash',
      'code.redirect_uri',
      'code.redirect_uri_sent',
      'code.code_challenge',
      'code.nonce',
      'code.expires_at',
      'code.spent_at',
    ])
    .select(grantColumns)
    .where('code.hash', '=', p.hash),
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
      if (row === undefined) return undefined;
      const code: CodeRecord = {
        hash: row.hash,
        grantId: row.grant_id,
        redirectUri: row.redirect_uri,
        redirectUriSent: isSet(row.redirect_uri_sent),
        codeChallenge: row.code_challenge,
        nonce: row.nonce,
        expiresAt: row.expires_at,
        spentAt: row.spent_at,
      };
      return { ...grantWithAccountOf(row), code };
    },
    redeemCode: (hash, tokens, now, reuse) => database.unit(() => redeem(hash, tokens, now, reuse)),
  };
}

/** Writes a code, as part of the unit that writes its grant. */
export function* addCode(code: CodeRecord): Unit<void> {
  yield* execute(insertCode, {
    hash: code.hash,
    grant_id: code.grantId,
    redirect_uri: code.redirectUri,
    redirect_uri_sent: flag(code.redirectUriSent),
    code_challenge: code.codeChallenge,
    nonce: code.nonce,
    expires_at: code.expiresAt,
    spent_at: code.spentAt,
  });
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
