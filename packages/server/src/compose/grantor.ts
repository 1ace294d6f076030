import { WRITE_SECONDS } from '../accounts/sign-in-events.js';
import type { Config } from '../config/config.js';
import { systemClock } from '../crypto/clock.js';
import { createDeploymentKeys } from '../crypto/deployment-keys.js';
import { randomId, systemRandom } from '../crypto/random.js';
import { stretchSecret } from '../crypto/stretch.js';
import { basePathOf } from '../endpoints/paths.js';
import { createHttpApp } from '../http/app.js';
import { createBrowsers } from '../http/browser.js';
import { routesOf } from '../http/routes.js';
import { loadKeyring, lookAfterKeys } from '../keys/keyring.js';
import { RELOAD_SECONDS } from '../keys/schedule.js';
import { createMemoryTables, type MemoryTables } from '../memory/tables.js';
import { bootstrap } from '../operations/bootstrap.js';
import { createLog, type Log } from '../operations/log.js';
import { startPurging } from '../operations/purge.js';
import { reencrypt } from '../operations/reencrypt.js';
import { systemRepeat } from '../operations/repeat.js';
import { CATALOGUE_SECONDS } from '../scopes/scope-catalogue.js';
import { openStore, sharesDatabase } from '../storage/open-store.js';
import type { Store } from '../storage/ports/index.js';
import { createMemoryLimits } from '../throttling/memory-limits.js';
import { createSharedLimits } from '../throttling/shared-limits.js';
import type { RuntimeDependencies, ServerDependencies } from './dependencies.js';
import { resealing, rotationOf } from './key-management.js';
import { managementRoutes } from './management.js';
import { protocolEndpoints } from './protocol.js';
import { createServices } from './services.js';

/** The server, put together and ready to be listened with. */
export interface Grantor {
  readonly fetch: ReturnType<typeof createHttpApp>['fetch'];
  readonly store: Store;
  readonly log: Log;
  /** Every cache, limiter and queue in memory, with its bound. */
  readonly memory: MemoryTables;
  close(): Promise<void>;
}

/** How often processes on one database tell each other what they have counted, in seconds. */
const SETTLE_SECONDS = 1;

/**
 * Opens the database and composes the server. This folder is the only one that knows every implementation.
 *
 * @throws Error when the database cannot be opened, or its keys not with this secret
 */
export async function createGrantor(
  config: Config,
  runtime: Partial<RuntimeDependencies> = {},
): Promise<Grantor> {
  const store = await openStore(config.databaseUrl);
  try {
    const {
      clock = systemClock,
      random = systemRandom,
      repeat = systemRepeat,
      stretch = stretchSecret,
    } = runtime;
    return await compose(config, store, { clock, random, repeat, stretch });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function compose(
  config: Config,
  store: Store,
  { clock, random, repeat, stretch }: RuntimeDependencies,
): Promise<Grantor> {
  const { issuer } = config;
  const log = createLog(config.logLevel);
  const keys = await createDeploymentKeys(config, stretch);
  await bootstrap(store, config, clock);
  await reencrypt(store, resealing(keys, random));
  const rotation = rotationOf(config, keys, store, clock, random);
  const memory = createMemoryTables();
  const keyring = await loadKeyring(rotation, memory);
  const sharedLimits = sharesDatabase(config.databaseUrl)
    ? createSharedLimits({
        store: store.rateLimits,
        tables: memory,
        clock,
        onFailure: (error) =>
          log.error('the database cannot count for the limits; this process counts for itself', {
            err: error,
          }),
      })
    : undefined;
  const limits = sharedLimits ?? createMemoryLimits(memory, clock);
  const dependencies: ServerDependencies = {
    config,
    keys,
    store,
    log,
    clock,
    random,
    keyring,
    memory,
    limits,
  };
  const services = await createServices(dependencies);
  const app = createHttpApp(
    [
      ...routesOf(
        protocolEndpoints(dependencies, services),
        basePathOf(issuer),
        config.registrationFromBrowsers === 'on',
      ),
      ...managementRoutes(dependencies, services),
    ],
    {
      issuer,
      browsers: createBrowsers(issuer, keys, random),
      log,
      newRequestId: () => randomId(random),
      logAddresses: config.logAddresses,
      trustedProxies: config.trustedProxies,
    },
  );
  const stopRotating = repeat(
    RELOAD_SECONDS,
    () => lookAfterKeys(rotation, keyring),
    (error) => log.error('the signing keys could not be looked after', { err: error }),
  );
  const stopReading = repeat(
    CATALOGUE_SECONDS,
    () => services.scopes.reload(),
    (error) => log.error('the catalogue of scopes could not be read', { err: error }),
  );
  const stopSettling = repeat(
    SETTLE_SECONDS,
    async () => sharedLimits?.settle(),
    (error) => log.error('the limits could not be settled with other processes', { err: error }),
  );
  const writeRefusals = () => services.signInEvents.write();
  const refusalsFailed = (error: unknown) =>
    log.error('refused sign-ins could not be written to the audit trail', { err: error });
  const stopWriting = repeat(WRITE_SECONDS, writeRefusals, refusalsFailed);
  const stopPurging = startPurging({ store, clock, log, ...config });
  return {
    fetch: app.fetch,
    store,
    log,
    memory,
    async close() {
      await services.backChannel.stop();
      await services.logoCopies.stop();
      await stopRotating();
      await stopReading();
      await stopPurging();
      await stopSettling();
      await stopWriting();
      await writeRefusals().catch(refusalsFailed);
      await store.close();
    },
  };
}
