import { WRITE_SECONDS } from '../accounts/sign-in-events.js';
import { maintainKeys } from '../keys/keyring.js';
import type { RotationDependencies } from '../keys/rotation.js';
import { RELOAD_SECONDS } from '../keys/schedule.js';
import { PURGE_SECONDS, purge } from '../operations/purge.js';
import { CATALOGUE_SECONDS } from '../scopes/scope-catalogue.js';
import type { SharedLimits } from '../throttling/shared-limits.js';
import type { ServerDependencies } from './dependencies.js';
import type { Services } from './services.js';

/** How often processes on one database exchange their counts, in seconds. */
const SETTLE_SECONDS = 1;

/**
 * Starts the tasks that a server repeats.
 *
 * @param sharedLimits undefined when no other process shares the database
 * @returns stops them, waits for those in progress and writes what is still in memory
 */
export function startBackgroundTasks(
  { config, store, log, clock, repeat, keyring }: ServerDependencies,
  services: Pick<Services, 'backChannel' | 'logoCopies' | 'mail' | 'scopes' | 'signInEvents'>,
  rotation: RotationDependencies,
  sharedLimits: Pick<SharedLimits, 'settle'> | undefined,
): () => Promise<void> {
  const start = (seconds: number, task: () => Promise<void>, failure: string) =>
    repeat(seconds, task, (error) => log.error(failure, { err: error }));
  const refusalsFailed = 'refused sign-ins could not be written to the audit trail';
  const stops = [
    start(
      RELOAD_SECONDS,
      () => maintainKeys(rotation, keyring),
      'the signing keys could not be read or rotated',
    ),
    start(CATALOGUE_SECONDS, () => services.scopes.reload(), 'the catalogue of scopes could not be read'),
    start(
      PURGE_SECONDS,
      async () => {
        const rows = await purge({ store, clock, ...config });
        if (rows > 0) log.info('purged expired rows', { rows });
      },
      'purging expired rows failed',
    ),
    start(WRITE_SECONDS, () => services.signInEvents.write(), refusalsFailed),
  ];
  if (sharedLimits !== undefined) {
    const failure = 'the limits could not be settled with other processes';
    stops.push(start(SETTLE_SECONDS, () => sharedLimits.settle(), failure));
  }
  return async () => {
    await services.backChannel.stop();
    await services.mail.delivery?.stop();
    await services.logoCopies.stop();
    for (const stop of stops) await stop();
    await services.signInEvents.write().catch((error: unknown) => log.error(refusalsFailed, { err: error }));
  };
}
