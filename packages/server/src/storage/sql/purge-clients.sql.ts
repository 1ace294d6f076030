import type { ExpressionBuilder } from 'kysely';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

/*
 * Requests do not record that a client is used, since that would cost a write each. A used client has a grant or a consent,
 * which the purge looks for once, after the time in which the client must be used. It then marks the client as used. A
 * client is also in use if an administrator made it a resource server or allows it to act for itself.
 */
interface Bounds {
  before: number;
  limit: number;
}

const markUsed = defineStatement((db, p: Bounds) =>
  db
    .updateTable('dynamic_clients')
    .set({ is_used: 1 })
    .where('client_id', 'in', (eb) =>
      eb
        .selectFrom('dynamic_clients')
        .select('client_id')
        .where('is_used', '=', 0)
        .where('registered_at', '<', p.before)
        .where(hasBeenAllowed)
        .orderBy('registered_at')
        .limit(p.limit),
    ),
);

const deleteUnused = defineStatement((db, p: Bounds) =>
  db.deleteFrom('clients').where('id', 'in', (eb) =>
    eb
      .selectFrom('dynamic_clients')
      .select('client_id')
      .where('is_used', '=', 0)
      .where('registered_at', '<', p.before)
      .where((inner) => inner.not(hasBeenAllowed(inner)))
      .orderBy('registered_at')
      .limit(p.limit),
  ),
);

/** @returns how many rows it changed */
export function* purgeUnusedClients(before: number, limit: number): Unit<number> {
  const marked = yield* execute(markUsed, { before, limit });
  return marked + (yield* execute(deleteUnused, { before, limit }));
}

const findBusiestSource = defineStatement((db, p: { before: number }) =>
  db
    .selectFrom('dynamic_clients')
    .select('source')
    .where('is_used', '=', 0)
    .where('source', 'is not', null)
    .where('registered_at', '<', p.before)
    .where((eb) => eb.not(hasBeenAllowed(eb)))
    .groupBy('source')
    .orderBy((eb) => eb.fn.countAll(), 'desc')
    .orderBy((eb) => eb.fn.min('registered_at'))
    .limit(1),
);

const deleteUnusedOfSource = defineStatement((db, p: Bounds & { source: string }) =>
  db.deleteFrom('clients').where('id', 'in', (eb) =>
    eb
      .selectFrom('dynamic_clients')
      .select('client_id')
      .where('is_used', '=', 0)
      .where('source', '=', p.source)
      .where('registered_at', '<', p.before)
      .where((inner) => inner.not(hasBeenAllowed(inner)))
      .orderBy('registered_at')
      .limit(p.limit),
  ),
);

/**
 * Deletes the oldest unused clients of the network that has the most of them, so that a flood of registrations replaces
 * itself. Clients that were registered with an initial access token stay.
 *
 * @returns how many it deleted
 */
export function* freeUnusedClients(before: number, limit: number): Unit<number> {
  const source = (yield* first(findBusiestSource, { before }))?.source;
  return typeof source === 'string' ? yield* freeUnusedClientsOf(source, before, limit) : 0;
}

/** Deletes the oldest unused clients of one network. @returns how many it deleted */
export function* freeUnusedClientsOf(source: string, before: number, limit: number): Unit<number> {
  return yield* execute(deleteUnusedOfSource, { before, limit, source });
}

function hasBeenAllowed(eb: ExpressionBuilder<Schema, 'dynamic_clients'>) {
  return eb.or([
    eb.exists(
      eb
        .selectFrom('grants')
        .select('grants.id')
        .whereRef('grants.client_id', '=', 'dynamic_clients.client_id'),
    ),
    eb.exists(
      eb
        .selectFrom('consent_items')
        .select('consent_items.scope')
        .whereRef('consent_items.client_id', '=', 'dynamic_clients.client_id'),
    ),
    eb.exists(
      eb
        .selectFrom('clients')
        .select('clients.id')
        .whereRef('clients.id', '=', 'dynamic_clients.client_id')
        .where((operator) =>
          operator.or([
            operator('clients.acts_for_itself', '=', 1),
            operator('clients.serves_resources', '=', 1),
          ]),
        ),
    ),
  ]);
}
