import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** What the server keeps of the newest grant, read from its database beside it. */
export interface GrantLedger {
  readonly revoked: boolean;
  readonly spentRefreshTokens: number;
  readonly freshRefreshTokens: number;
}

/** @param folder where the server keeps its SQLite database */
export function readLedger(folder: string): GrantLedger {
  const database = new BetterSqlite3(join(folder, 'grantor.db'), { readonly: true });
  try {
    const row = database
      .prepare(
        `SELECT g.revoked_at IS NOT NULL AS revoked,
           (SELECT count(*) FROM refresh_tokens t WHERE t.grant_id = g.id AND spent_at IS NOT NULL) AS spent,
           (SELECT count(*) FROM refresh_tokens t WHERE t.grant_id = g.id AND spent_at IS NULL) AS fresh
         FROM grants g ORDER BY g.created_at DESC, g.rowid DESC LIMIT 1`,
      )
      .get() as { revoked: number; spent: number; fresh: number };
    return { revoked: row.revoked === 1, spentRefreshTokens: row.spent, freshRefreshTokens: row.fresh };
  } finally {
    database.close();
  }
}
