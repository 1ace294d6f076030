import type { NewTokens } from '../ports/index.js';
import { json } from './columns.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const insertAccessToken = defineStatement((db, p: Schema['opaque_access_tokens']) =>
  db.insertInto('opaque_access_tokens').values({
    hash: p.hash,
    grant_id: p.grant_id,
    scopes: p.scopes,
    audience: p.audience,
    issued_at: p.issued_at,
    expires_at: p.expires_at,
  }),
);

const insertRefreshToken = defineStatement(
  (db, p: { hash: string; grant_id: string; created_at: number; expires_at: number }) =>
    db.insertInto('refresh_tokens').values({
      hash: p.hash,
      grant_id: p.grant_id,
      created_at: p.created_at,
      expires_at: p.expires_at,
      spent_at: null,
      sealed_answer: null,
    }),
);

/** Writes new tokens, as part of the unit that spends what they were issued for. */
export function* addTokens({ accessToken, refreshToken }: NewTokens): Unit<void> {
  if (accessToken !== null) {
    yield* execute(insertAccessToken, {
      hash: accessToken.hash,
      grant_id: accessToken.grantId,
      scopes: json(accessToken.scopes),
      audience: json(accessToken.audience),
      issued_at: accessToken.issuedAt,
      expires_at: accessToken.expiresAt,
    });
  }
  if (refreshToken !== null) {
    yield* execute(insertRefreshToken, {
      hash: refreshToken.hash,
      grant_id: refreshToken.grantId,
      created_at: refreshToken.createdAt,
      expires_at: refreshToken.expiresAt,
    });
  }
}
