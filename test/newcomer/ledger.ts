import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** What the server keeps of the newest grant, read from its database beside it. */
export interface GrantLedger {
  readonly revoked: boolean;
  /** How many families of refresh tokens it has, and whether one of their tokens was used. */
  readonly refreshTokenFamilies: number;
  readonly refreshed: boolean;
}

/** @param folder where the server keeps its SQLite database */
export function readLedger(folder: string): GrantLedger {
  const database = new BetterSqlite3(join(folder, 'grantor.db'), { readonly: true });
  try {
    const row = database
      .prepare(
        `SELECT g.revoked_at IS NOT NULL AS revoked,
           (SELECT count(*) FROM refresh_token_families t WHERE t.grant_id = g.id) AS families,
           EXISTS (SELECT 1 FROM refresh_token_families t WHERE t.grant_id = g.id AND used_at IS NOT NULL) AS used
         FROM grants g ORDER BY g.created_at DESC, g.rowid DESC LIMIT 1`,
      )
      .get() as { revoked: number; families: number; used: number };
    return { revoked: row.revoked === 1, refreshTokenFamilies: row.families, refreshed: row.used === 1 };
  } finally {
    database.close();
  }
}
