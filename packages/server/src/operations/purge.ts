import type { Clock } from '../crypto/clock.js';
import type { Store } from '../storage/ports/index.js';
import type { Log } from './log.js';

const INTERVAL_SECONDS = 60;

/** Few enough that no request waits long behind a batch. */
const ROWS_PER_BATCH = 500;

/** One run takes no more than this many batches, so that a backlog leaves room for requests. */
const MOST_BATCHES = 200;

/** How long the database tells which apps were told of a sign-out. */
const DELIVERIES_KEPT_SECONDS = 86_400;

/** How long a request may be sent again, and get the same answer (`api/idempotency.ts`). */
const IDEMPOTENT_ANSWERS_KEPT_SECONDS = 86_400;

/** A process whose clock is behind by less does not take a spent ticket for one that can be answered. */
const CLOCK_DIFFERENCE_SECONDS = 300;

export interface PurgeDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** The longest that a JWT access token lives: its grant must outlive it, since no row says that it is there. */
  readonly accessTokenSeconds: number;
  /** How long a client that registered itself is kept while nobody allows it anything. */
  readonly unusedClientSeconds: number;
  /** How long the answer to a refresh may be asked for again. */
  readonly refreshRetrySeconds: number;
  /** How long audit events are kept; 0 for ever. */
  readonly auditSeconds: number;
}

/**
 * Deletes what has run out, in batches, until there is no more of it.
 *
 * @returns how many rows it changed
 */
export async function purge(dependencies: Omit<PurgeDependencies, 'log'>): Promise<number> {
  const { store, clock, accessTokenSeconds, auditSeconds, refreshRetrySeconds, unusedClientSeconds } =
    dependencies;
  let total = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    const now = clock();
    const changed =
      (await store.grants.purge(now - accessTokenSeconds, now - refreshRetrySeconds, ROWS_PER_BATCH)) +
      (await store.sessions.purge(now, ROWS_PER_BATCH)) +
      (await store.dynamicClients.purgeUnused(now - unusedClientSeconds, ROWS_PER_BATCH)) +
      (await store.clients.purgePreviousSecrets(now, ROWS_PER_BATCH)) +
      (await store.initialTokens.purge(now, ROWS_PER_BATCH)) +
      (await store.logoutDeliveries.purge(now - DELIVERIES_KEPT_SECONDS, ROWS_PER_BATCH)) +
      (await store.clientTokens.purge(now, ROWS_PER_BATCH)) +
      (await store.spentTickets.purge(now - CLOCK_DIFFERENCE_SECONDS, ROWS_PER_BATCH)) +
      (await store.usedAssertions.purge(now, ROWS_PER_BATCH)) +
      (await store.idempotentRequests.purge(now - IDEMPOTENT_ANSWERS_KEPT_SECONDS, ROWS_PER_BATCH)) +
      (await store.rateLimits.purge(now, ROWS_PER_BATCH)) +
      (await store.revokedTokens.purge(now, ROWS_PER_BATCH)) +
      (auditSeconds === 0 ? 0 : await store.audit.purge(now - auditSeconds, ROWS_PER_BATCH));
    total += changed;
    if (changed === 0) break;
  }
  return total;
}

/**
 * Purges once a minute. Any number of processes may do so.
 *
 * @returns what stops it, waiting for a purge that is under way
 */
export function startPurging(dependencies: PurgeDependencies): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = purgeAndLog(dependencies).finally(() => {
      busy = false;
    });
  }, INTERVAL_SECONDS * 1000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function purgeAndLog(dependencies: PurgeDependencies): Promise<void> {
  const { log } = dependencies;
  try {
    const rows = await purge(dependencies);
    if (rows > 0) log.info('purged what has run out', { rows });
  } catch (error) {
    log.error('purging what has run out failed', { err: error });
  }
}
