import type { ClientTokenStore } from '../ports/index.js';
import { json, list } from './columns.js';
import type { Database } from './database.js';
import type { ClientAccessTokensTable } from './schema.js';
import { defineStatement } from './statement.js';
import { execute } from './unit.js';

const insertToken = defineStatement((db, p: ClientAccessTokensTable) =>
  db.insertInto('client_access_tokens').values({
    hash: p.hash,
    client_id: p.client_id,
    scopes: p.scopes,
    audience: p.audience,
    issued_at: p.issued_at,
    expires_at: p.expires_at,
    credentials_version: p.credentials_version,
  }),
);

/** More than there are, unless they were written before they were bounded: then a few turns delete them. */
const MOST_DELETED = 1000;

/** Those that expire last stay. */
const deleteOldest = defineStatement((db, p: { client_id: string; kept: number; limit: number }) =>
  db
    .deleteFrom('client_access_tokens')
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('client_access_tokens')
        .select('hash')
        .where('client_id', '=', p.client_id)
        .orderBy('expires_at', 'desc')
        .orderBy('hash')
        .offset(p.kept)
        .limit(p.limit),
    ),
);

const findToken = defineStatement((db, p: { hash: string }) =>
  db.selectFrom('client_access_tokens').selectAll().where('hash', '=', p.hash),
);

const deleteToken = defineStatement((db, p: { hash: string }) =>
  db.deleteFrom('client_access_tokens').where('hash', '=', p.hash),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('client_access_tokens')
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('client_access_tokens')
        .select('hash')
        .where('expires_at', '<=', p.now)
        .orderBy('expires_at')
        .limit(p.limit),
    ),
);

/** Opaque access tokens of clients' own, in SQL. */
export function sqlClientTokens(database: Database): ClientTokenStore {
  return {
    create: (token, most) =>
      database.unit(function* () {
        const kept = most - 1;
        yield* execute(deleteOldest, { client_id: token.clientId, kept, limit: MOST_DELETED });
        yield* execute(insertToken, {
          hash: token.hash,
          client_id: token.clientId,
          scopes: json(token.scopes),
          audience: json(token.audience),
          issued_at: token.issuedAt,
          expires_at: token.expiresAt,
          credentials_version: token.credentialsVersion,
        });
      }),
    async find(hash) {
      const row = await database.readFirst(findToken, { hash });
      if (row === undefined) return undefined;
      return {
        hash: row.hash,
        clientId: row.client_id,
        scopes: list(row.scopes),
        audience: list(row.audience),
        issuedAt: row.issued_at,
        expiresAt: row.expires_at,
        credentialsVersion: row.credentials_version,
      };
    },
    async delete(hash) {
      return (await database.write(deleteToken, { hash })) === 1 ? 'deleted' : 'missing';
    },
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}
