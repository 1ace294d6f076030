import type { NewTokens, OpaqueAccessTokenRecord } from '../ports/index.js';
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

interface NewFamily {
  hash: string;
  grant_id: string;
  token_hash: string;
  created_at: number;
  expires_at: number;
}

const insertFamily = defineStatement((db, p: NewFamily) =>
  db.insertInto('refresh_token_families').values({
    hash: p.hash,
    grant_id: p.grant_id,
    token_hash: p.token_hash,
    created_at: p.created_at,
    expires_at: p.expires_at,
  }),
);

/** The most opaque access tokens of one grant: a client that refreshes all the time leaves no more rows. */
const MOST_ACCESS_TOKENS_PER_GRANT = 32;

/** More than there are, unless they were written before they were bounded: then a few turns delete them. */
const MOST_DELETED = 1000;

/** Those that end last stay. */
const deleteOldAccessTokens = defineStatement((db, p: { grant_id: string; kept: number; limit: number }) =>
  db
    .deleteFrom('opaque_access_tokens')
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('opaque_access_tokens')
        .select('hash')
        .where('grant_id', '=', p.grant_id)
        .orderBy('expires_at', 'desc')
        .offset(p.kept)
        .limit(p.limit),
    ),
);

/** Writes new tokens, as part of the unit that spends what they were issued for. */
export function* addTokens(grantId: string, { accessToken, refreshToken }: NewTokens): Unit<void> {
  if (accessToken !== null) yield* addAccessToken(grantId, accessToken);
  if (refreshToken !== null) {
    yield* execute(insertFamily, {
      hash: refreshToken.familyHash,
      grant_id: grantId,
      token_hash: refreshToken.hash,
      created_at: refreshToken.createdAt,
      expires_at: refreshToken.expiresAt,
    });
  }
}

/** Writes one more access token of a grant, in place of its oldest where it has many. */
export function* addNextAccessToken(grantId: string, token: OpaqueAccessTokenRecord): Unit<void> {
  const kept = MOST_ACCESS_TOKENS_PER_GRANT - 1;
  yield* execute(deleteOldAccessTokens, { grant_id: grantId, kept, limit: MOST_DELETED });
  yield* addAccessToken(grantId, token);
}

function* addAccessToken(grantId: string, token: OpaqueAccessTokenRecord): Unit<void> {
  yield* execute(insertAccessToken, {
    hash: token.hash,
    grant_id: grantId,
    scopes: json(token.scopes),
    audience: json(token.audience),
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
  });
}
