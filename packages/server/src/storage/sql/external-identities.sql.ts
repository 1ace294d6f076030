import type {
  AccountRecord,
  ExternalIdentityRecord,
  ExternalIdentityStore,
  Note,
  OtherWaysIn,
} from '../ports/index.js';
import { LoginTaken } from './account-logins.sql.js';
import { addAccount } from './accounts.sql.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { lockAccount } from './lock-account.sql.js';
import { defineStatement } from './statement.js';
import { joinedAccount } from './tables/accounts.table.js';
import { externalIdentitiesTable } from './tables/external-identities.table.js';
import { all, execute, first, type Unit } from './unit.js';
import { LastWayIn, requireWayIn } from './ways-in.sql.js';

interface Key {
  provider: string;
  subject: string;
}

const joinedIdentity = externalIdentitiesTable.prefixed('identity_');

const findWithAccount = defineStatement((db, p: Key) =>
  db
    .selectFrom('external_identities')
    .innerJoin('accounts', 'accounts.id', 'external_identities.account_id')
    .select(joinedIdentity.selection)
    .select(joinedAccount.selection)
    .where('provider', '=', p.provider)
    .where('subject', '=', p.subject),
);

const listOfAccount = defineStatement((db, p: { account_id: string }) =>
  db
    .selectFrom('external_identities')
    .selectAll()
    .where('account_id', '=', p.account_id)
    .orderBy('created_at')
    .orderBy('provider')
    .orderBy('subject'),
);

const insertIdentity = defineStatement((db, p: TableRow<typeof externalIdentitiesTable>) =>
  db
    .insertInto('external_identities')
    .values(externalIdentitiesTable.values(p))
    .onConflict((conflict) => conflict.columns(['provider', 'subject']).doNothing()),
);

const updateUsed = defineStatement((db, p: Key & { label: string | null; last_used_at: number }) =>
  db
    .updateTable('external_identities')
    .set({ label: p.label, last_used_at: p.last_used_at })
    .where('provider', '=', p.provider)
    .where('subject', '=', p.subject),
);

const deleteIdentity = defineStatement((db, p: Key & { account_id: string }) =>
  db
    .deleteFrom('external_identities')
    .where('provider', '=', p.provider)
    .where('subject', '=', p.subject)
    .where('account_id', '=', p.account_id)
    .returning(externalIdentitiesTable.selection),
);

/** Rolls back a unit that gives an account an identity of another account. */
class IdentityTaken extends Error {}

/** Users as other systems know them, in SQL. */
export function sqlExternalIdentities(database: Database): ExternalIdentityStore {
  return {
    async find(provider, subject) {
      const row = await database.readFirst(findWithAccount, { provider, subject });
      if (row === undefined) return undefined;
      return { identity: joinedIdentity.recordOf(row), account: joinedAccount.recordOf(row) };
    },
    async list(accountId) {
      const rows = await database.readAll(listOfAccount, { account_id: accountId });
      return rows.map(externalIdentitiesTable.recordOf);
    },
    async createAccount(account, identity, note) {
      try {
        await database.unit(() => createAccount(account, identity, note));
        return 'created';
      } catch (error) {
        if (error instanceof LoginTaken) return 'loginTaken';
        if (error instanceof IdentityTaken) return 'identityTaken';
        throw error;
      }
    },
    link: (identity, most, note) => database.unit(() => link(identity, most, note)),
    async used({ provider, subject, label, lastUsedAt }) {
      await database.write(updateUsed, { provider, subject, label, last_used_at: lastUsedAt });
    },
    async unlink(accountId, { provider, subject }, ways, note) {
      try {
        return await database.unit(() => unlink({ account_id: accountId, provider, subject }, ways, note));
      } catch (error) {
        if (error instanceof LastWayIn) return 'lastWayIn';
        throw error;
      }
    },
  };
}

function* createAccount(
  account: AccountRecord,
  identity: ExternalIdentityRecord,
  note: Note<AccountRecord> | undefined,
): Unit<void> {
  yield* addAccount(account, note);
  const added = yield* execute(insertIdentity, externalIdentitiesTable.rowOf(identity));
  if (added === 0) throw new IdentityTaken();
}

function* link(
  identity: ExternalIdentityRecord,
  most: number,
  note: Note<ExternalIdentityRecord> | undefined,
): Unit<'linked' | 'taken' | 'tooMany' | 'missing'> {
  // Locked: two simultaneous links could otherwise pass the bound together.
  if ((yield* lockAccount(identity.accountId)) === undefined) return 'missing';
  const others = yield* all(listOfAccount, { account_id: identity.accountId });
  if (others.length >= most) return 'tooMany';
  const added = yield* execute(insertIdentity, externalIdentitiesTable.rowOf(identity));
  if (added === 0) return 'taken';
  yield* noteDown(note, identity);
  return 'linked';
}

function* unlink(
  key: Key & { account_id: string },
  ways: OtherWaysIn,
  note: Note<ExternalIdentityRecord> | undefined,
): Unit<'unlinked' | 'missing'> {
  const account = yield* lockAccount(key.account_id);
  const row = yield* first(deleteIdentity, key);
  if (account === undefined || row === undefined) return 'missing';
  yield* requireWayIn(account, ways);
  yield* noteDown(note, externalIdentitiesTable.recordOf(row));
  return 'unlinked';
}
