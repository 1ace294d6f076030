import {
  type AccountLinkRecord,
  type AccountLinkStore,
  type LinkToSpend,
  LinkUnusable,
  type MailRecord,
  MailsFull,
  type Note,
} from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { addMail, MOST_MAILS_WITH_LINKS } from './mails.sql.js';
import { defineStatement } from './statement.js';
import { accountLinksTable } from './tables/mails.table.js';
import { execute, first, type Unit } from './unit.js';

type LinkRow = TableRow<typeof accountLinksTable>;

const insertLink = defineStatement((db, p: LinkRow) =>
  db.insertInto('account_links').values(accountLinksTable.values(p)),
);

const findLink = defineStatement((db, p: LinkToSpend) =>
  db
    .selectFrom('account_links')
    .select(accountLinksTable.selection)
    .where('token_hash', '=', p.tokenHash)
    .where('purpose', '=', p.purpose)
    .where('expires_at', '>', p.now),
);

const findPending = defineStatement((db, p: { accountId: string; purpose: string; now: number }) =>
  db
    .selectFrom('account_links')
    .select(accountLinksTable.selection)
    .where('account_id', '=', p.accountId)
    .where('purpose', '=', p.purpose)
    .where('expires_at', '>', p.now)
    .orderBy('created_at', 'desc')
    .limit(100),
);

const spendLink = defineStatement((db, p: LinkToSpend) =>
  db
    .deleteFrom('account_links')
    .where('token_hash', '=', p.tokenHash)
    .where('purpose', '=', p.purpose)
    .where('expires_at', '>', p.now)
    .returning(accountLinksTable.selection),
);

const deleteLinksOf = defineStatement((db, p: { account_id: string }) =>
  db.deleteFrom('account_links').where('account_id', '=', p.account_id),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('account_links')
    .where('token_hash', 'in', (eb) =>
      eb
        .selectFrom('account_links')
        .select('token_hash')
        .where('expires_at', '<=', p.now)
        .orderBy('expires_at')
        .limit(p.limit),
    ),
);

/** Links in mails, in SQL. */
export function sqlAccountLinks(database: Database): AccountLinkStore {
  return {
    async create(link, mail, note) {
      try {
        await database.unit(() => addLink(link, mail, note));
        return 'created';
      } catch (error) {
        if (error instanceof MailsFull) return 'full';
        throw error;
      }
    },
    async find({ tokenHash, purpose, now }) {
      const row = await database.readFirst(findLink, { tokenHash, purpose, now });
      return row && accountLinksTable.recordOf(row);
    },
    async pendingOf(accountId, purpose, now) {
      const rows = await database.readAll(findPending, { accountId, purpose, now });
      return rows.map(accountLinksTable.recordOf);
    },
    async spend({ tokenHash, purpose, now }) {
      const row = await database.writeReturning(spendLink, { tokenHash, purpose, now });
      return row && accountLinksTable.recordOf(row);
    },
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}

function* addLink(
  link: AccountLinkRecord,
  mail: MailRecord,
  note: Note<AccountLinkRecord> | undefined,
): Unit<void> {
  yield* execute(insertLink, accountLinksTable.rowOf(link));
  yield* addMail(mail, MOST_MAILS_WITH_LINKS);
  yield* noteDown(note, link);
}

/**
 * Spends a link in the unit of its change.
 *
 * @throws LinkUnusable
 */
export function* spend({ tokenHash, purpose, now }: LinkToSpend): Unit<AccountLinkRecord> {
  const row = yield* first(spendLink, { tokenHash, purpose, now });
  if (row === undefined) throw new LinkUnusable();
  return accountLinksTable.recordOf(row);
}

/** Deletes the links of an account whose password, email address or state has changed. */
export function* endLinksOf(accountId: string): Unit<void> {
  yield* execute(deleteLinksOf, { account_id: accountId });
}
