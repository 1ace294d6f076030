import type {
  AccountMails,
  AccountRecord,
  EnrolledFactors,
  Note,
  RemovedFactors,
  SecondFactorStore,
  TotpRecord,
} from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { lockAccount } from './lock-account.sql.js';
import { addMailsAbout } from './mails.sql.js';
import { forgetDevicesOf } from './remembered-devices.sql.js';
import { defineStatement } from './statement.js';
import { recoveryCodesTable, totpKeysTable } from './tables/factors.table.js';
import { execute, first, type Unit } from './unit.js';

interface Of {
  account_id: string;
}

const countFactors = defineStatement((db, p: Of) =>
  db.selectNoFrom((eb) => [
    eb
      .selectFrom('totp_keys')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('account_id', '=', p.account_id)
      .as('keys'),
    eb
      .selectFrom('passkeys')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('account_id', '=', p.account_id)
      .as('passkeys'),
    eb
      .selectFrom('recovery_codes')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('account_id', '=', p.account_id)
      .as('codes'),
  ]),
);

const findKey = defineStatement((db, p: Of) =>
  db.selectFrom('totp_keys').selectAll().where('account_id', '=', p.account_id),
);

const insertKey = defineStatement((db, p: TableRow<typeof totpKeysTable>) =>
  db
    .insertInto('totp_keys')
    .values(totpKeysTable.values(p))
    .onConflict((conflict) => conflict.column('account_id').doNothing()),
);

const useKey = defineStatement((db, p: Of & { step: number }) =>
  db
    .updateTable('totp_keys')
    .set({ last_step: p.step })
    .where('account_id', '=', p.account_id)
    .where('last_step', '<', p.step),
);

const deleteKey = defineStatement((db, p: Of) =>
  db.deleteFrom('totp_keys').where('account_id', '=', p.account_id).returningAll(),
);

const insertCode = defineStatement((db, p: TableRow<typeof recoveryCodesTable>) =>
  db.insertInto('recovery_codes').values(recoveryCodesTable.values(p)),
);

const findCode = defineStatement((db, p: TableRow<typeof recoveryCodesTable>) =>
  db
    .selectFrom('recovery_codes')
    .select('account_id')
    .where('account_id', '=', p.account_id)
    .where('hash', '=', p.hash),
);

const deleteCode = defineStatement((db, p: TableRow<typeof recoveryCodesTable>) =>
  db.deleteFrom('recovery_codes').where('account_id', '=', p.account_id).where('hash', '=', p.hash),
);

const deleteCodes = defineStatement((db, p: Of) =>
  db.deleteFrom('recovery_codes').where('account_id', '=', p.account_id),
);

const deletePasskeys = defineStatement((db, p: Of) =>
  db.deleteFrom('passkeys').where('account_id', '=', p.account_id),
);

const listKeys = defineStatement((db, p: { after: string; limit: number }) =>
  db
    .selectFrom('totp_keys')
    .select(['account_id', 'sealed_key'])
    .where('account_id', '>', p.after)
    .orderBy('account_id')
    .limit(p.limit),
);

const resealKey = defineStatement((db, p: Of & { from: string; to: string }) =>
  db
    .updateTable('totp_keys')
    .set({ sealed_key: p.to })
    .where('account_id', '=', p.account_id)
    .where('sealed_key', '=', p.from),
);

type Counts = { readonly [Name in 'keys' | 'passkeys' | 'codes']: number | null } | undefined;

function enrolledOf(counts: Counts): EnrolledFactors {
  return {
    hasTotp: (counts?.keys ?? 0) > 0,
    passkeys: counts?.passkeys ?? 0,
    recoveryCodes: counts?.codes ?? 0,
  };
}

/** TOTP keys and recovery codes in SQL. */
export function sqlSecondFactors(database: Database): SecondFactorStore {
  return {
    async enrolledBy(accountId) {
      return enrolledOf(await database.readFirst(countFactors, { account_id: accountId }));
    },
    async findTotp(accountId) {
      const row = await database.readFirst(findKey, { account_id: accountId });
      return row && totpKeysTable.recordOf(row);
    },
    addTotp: (totp, codeHashes, note, mails) => database.unit(() => addKey(totp, codeHashes, note, mails)),
    async useStep(accountId, step) {
      return (await database.write(useKey, { account_id: accountId, step })) === 1 ? 'accepted' : 'replayed';
    },
    removeTotp: (accountId, note, mails) => database.unit(() => removeKey(accountId, note, mails)),
    async hasRecoveryCode(accountId, hash) {
      return (await database.readFirst(findCode, { account_id: accountId, hash })) !== undefined;
    },
    useRecoveryCode: (accountId, hash, note, mails) =>
      database.unit(() => useCode(accountId, hash, note, mails)),
    replaceRecoveryCodes: (accountId, hashes, note, mails) =>
      database.unit(() => replaceCodes(accountId, hashes, note, mails)),
    reset: (accountId, note, mails) => database.unit(() => reset(accountId, note, mails)),
    async listSealed(after, limit) {
      const rows = await database.readAll(listKeys, { after: after ?? '', limit });
      return rows.map((row) => ({ accountId: row.account_id, sealedKey: row.sealed_key }));
    },
    async reseal(accountId, from, to) {
      const changed = await database.write(resealKey, { account_id: accountId, from, to });
      return changed === 1 ? 'resealed' : 'changedMeanwhile';
    },
  };
}

/** Deletes recovery codes and remembered devices if no second factor is left that they could replace. */
export function* forgetLeftovers(accountId: string): Unit<void> {
  const { hasTotp, passkeys } = yield* enrolledIn(accountId);
  if (hasTotp || passkeys > 0) return;
  yield* execute(deleteCodes, { account_id: accountId });
  yield* forgetDevicesOf(accountId);
}

function* enrolledIn(accountId: string): Unit<EnrolledFactors> {
  return enrolledOf(yield* first(countFactors, { account_id: accountId }));
}

function* addKey(
  totp: TotpRecord,
  codeHashes: readonly string[] | undefined,
  note: Note<TotpRecord> | undefined,
  mails: AccountMails | undefined,
): Unit<'added' | 'exists' | 'missing'> {
  const account = yield* lockAccount(totp.accountId);
  if (account === undefined) return 'missing';
  if ((yield* execute(insertKey, totpKeysTable.rowOf(totp))) === 0) return 'exists';
  if (codeHashes !== undefined) yield* setCodes(totp.accountId, codeHashes);
  yield* noteDown(note, totp);
  yield* addMailsAbout(account, mails);
  return 'added';
}

function* removeKey(
  accountId: string,
  note: Note<TotpRecord> | undefined,
  mails: AccountMails | undefined,
): Unit<'removed' | 'missing'> {
  const account = yield* lockAccount(accountId);
  if (account === undefined) return 'missing';
  const row = yield* first(deleteKey, { account_id: accountId });
  if (row === undefined) return 'missing';
  yield* forgetLeftovers(accountId);
  yield* noteDown(note, totpKeysTable.recordOf(row));
  yield* addMailsAbout(account, mails);
  return 'removed';
}

function* useCode(
  accountId: string,
  hash: string,
  note: Note<undefined> | undefined,
  mails: AccountMails | undefined,
): Unit<boolean> {
  const account = yield* lockAccount(accountId);
  if (account === undefined) return false;
  if ((yield* execute(deleteCode, { account_id: accountId, hash })) === 0) return false;
  yield* noteDown(note, undefined);
  yield* addMailsAbout(account, mails);
  return true;
}

function* replaceCodes(
  accountId: string,
  hashes: readonly string[],
  note: Note<AccountRecord> | undefined,
  mails: AccountMails | undefined,
): Unit<'replaced' | 'missing'> {
  const account = yield* lockAccount(accountId);
  if (account === undefined) return 'missing';
  yield* setCodes(accountId, hashes);
  yield* noteDown(note, account);
  yield* addMailsAbout(account, mails);
  return 'replaced';
}

function* setCodes(accountId: string, hashes: readonly string[]): Unit<void> {
  yield* execute(deleteCodes, { account_id: accountId });
  for (const hash of hashes) yield* execute(insertCode, { account_id: accountId, hash });
}

function* reset(
  accountId: string,
  note: Note<RemovedFactors> | undefined,
  mails: AccountMails | undefined,
): Unit<RemovedFactors | 'missing'> {
  const account = yield* lockAccount(accountId);
  if (account === undefined) return 'missing';
  const removed = { account, ...(yield* enrolledIn(accountId)) };
  yield* execute(deleteKey, { account_id: accountId });
  yield* execute(deletePasskeys, { account_id: accountId });
  yield* forgetLeftovers(accountId);
  yield* noteDown(note, removed);
  if (removed.hasTotp || removed.passkeys > 0 || removed.recoveryCodes > 0) {
    yield* addMailsAbout(account, mails);
  }
  return removed;
}
