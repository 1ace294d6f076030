import type { Clock } from '../crypto/clock.js';
import type { Store } from '../storage/ports/index.js';

/** How often expired rows are deleted, in seconds. Any number of processes may do so. */
export const PURGE_SECONDS = 60;

/** The number of rows is small, so that no request waits long behind a batch. */
const ROWS_PER_BATCH = 500;

/** Limits the batches of one run, so that a backlog leaves room for requests. */
const MOST_BATCHES = 200;

/** How long completed logout notifications are kept. */
const DELIVERIES_KEPT_SECONDS = 86_400;

/** How long a repeated request gets the response of the first (`api/idempotency.ts`). */
const IDEMPOTENT_RESPONSES_KEPT_SECONDS = 86_400;

/** A process whose clock is slow by less than this does not accept a spent ticket. */
const CLOCK_DIFFERENCE_SECONDS = 300;

export interface PurgeDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** The longest lifetime of a JWT access token. Its grant must outlive it, since the token has no row. */
  readonly accessTokenSeconds: number;
  /** How long a self-registered client without any consent is kept. */
  readonly unusedClientSeconds: number;
  /** How long a refresh may be retried for the same response. */
  readonly refreshRetrySeconds: number;
  /** How long audit events are kept; 0 keeps them without limit. */
  readonly auditSeconds: number;
}

/**
 * Deletes expired rows in batches until none is left.
 *
 * @returns the number of rows it changed
 */
export async function purge(dependencies: PurgeDependencies): Promise<number> {
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
      (await store.accountLinks.purge(now, ROWS_PER_BATCH)) +
      (await store.spentTickets.purge(now - CLOCK_DIFFERENCE_SECONDS, ROWS_PER_BATCH)) +
      (await store.usedAssertions.purge(now, ROWS_PER_BATCH)) +
      (await store.idempotentRequests.purge(now - IDEMPOTENT_RESPONSES_KEPT_SECONDS, ROWS_PER_BATCH)) +
      (await store.rateLimits.purge(now, ROWS_PER_BATCH)) +
      (await store.rememberedDevices.purge(now, ROWS_PER_BATCH)) +
      (await store.revokedTokens.purge(now, ROWS_PER_BATCH)) +
      (auditSeconds === 0 ? 0 : await store.audit.purge(now - auditSeconds, ROWS_PER_BATCH));
    total += changed;
    if (changed === 0) break;
  }
  return total;
}
