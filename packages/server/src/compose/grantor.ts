import type { Application } from '../accounts/application.js';
import { withAliases } from '../compat/compatibility.js';
import type { Config } from '../config/config.js';
import { systemClock } from '../crypto/clock.js';
import { createDeploymentKeys } from '../crypto/deployment-keys.js';
import { createPooledRandom, randomId } from '../crypto/random.js';
import { stretchSecret } from '../crypto/stretch.js';
import { basePathOf } from '../endpoints/paths.js';
import { requestedLanguagesIn } from '../endpoints/requested-languages.js';
import { createHttpApp } from '../http/app.js';
import { createBrowsers } from '../http/browser.js';
import { routesOf } from '../http/routes.js';
import { loadKeyring } from '../keys/keyring.js';
import { createMemoryTables, type MemoryTables } from '../memory/tables.js';
import { bootstrap } from '../operations/bootstrap.js';
import { createLog, type Log } from '../operations/log.js';
import { reencrypt } from '../operations/reencrypt.js';
import { openStore, sharesDatabase } from '../storage/open-store.js';
import type { Store } from '../storage/ports/index.js';
import { readOverrides } from '../texts/overrides.js';
import { createTexts } from '../texts/texts.js';
import { createMemoryLimits } from '../throttling/memory-limits.js';
import { createSharedLimits } from '../throttling/shared-limits.js';
import { systemRepeat } from '../timers/timers.js';
import { startBackgroundTasks } from './background-tasks.js';
import { readBrand } from './brand.js';
import { prepareCompatibility } from './compatibility.js';
import type { RuntimeDependencies, ServerDependencies } from './dependencies.js';
import { resealing, rotationOf } from './key-management.js';
import { managementRoutes } from './management.js';
import { protocolEndpoints } from './protocol.js';
import { createServices } from './services.js';

/** A composed server, ready to listen. */
export interface Grantor {
  readonly fetch: ReturnType<typeof createHttpApp>['fetch'];
  readonly store: Store;
  readonly log: Log;
  /** The list of every cache, limiter and queue in memory, with its bound. */
  readonly memory: MemoryTables;
  close(): Promise<void>;
}

/**
 * Opens the database and composes the server. Only this folder knows every implementation.
 *
 * @param application what a server that is embedded in an application asks it
 * @throws Error if the database cannot be opened, or its keys cannot be decrypted with this secret
 */
export async function createGrantor(
  config: Config,
  runtime: Partial<RuntimeDependencies> = {},
  application: Application = {},
): Promise<Grantor> {
  const store = await openStore(config.databaseUrl);
  try {
    const {
      clock = systemClock,
      random = createPooledRandom(),
      repeat = systemRepeat,
      stretch = stretchSecret,
      mailCatcher,
    } = runtime;
    return await compose(config, store, application, { clock, random, repeat, stretch, mailCatcher });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function compose(
  config: Config,
  store: Store,
  application: Application,
  { clock, random, repeat, stretch, mailCatcher }: RuntimeDependencies,
): Promise<Grantor> {
  const { issuer } = config;
  const log = createLog(config.logLevel);
  const keys = await createDeploymentKeys(config, stretch);
  await bootstrap(store, config, clock);
  await prepareCompatibility(config, store);
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
          log.error('the database cannot count limits; this process counts alone', {
            err: error,
          }),
      })
    : undefined;
  const limits = sharedLimits ?? createMemoryLimits(memory, clock);
  const dependencies: ServerDependencies = {
    config,
    application,
    keys,
    store,
    log,
    clock,
    random,
    repeat,
    keyring,
    memory,
    limits,
    mailCatcher,
    texts: createTexts(config.texts === undefined ? {} : readOverrides(config.texts)),
    brand: readBrand(config),
  };
  const services = await createServices(dependencies);
  const app = createHttpApp(
    [
      ...routesOf(
        protocolEndpoints(dependencies, services),
        basePathOf(issuer),
        config.registrationFromBrowsers === 'on',
      ).map((route) => withAliases(route, services.compatibility.aliasesOf)),
      ...managementRoutes(dependencies, services),
    ],
    {
      issuer,
      texts: dependencies.texts,
      brand: dependencies.brand,
      requestedLanguages: requestedLanguagesIn(services.tickets),
      browsers: createBrowsers(issuer, keys, random),
      log,
      newRequestId: () => randomId(random),
      logAddresses: config.logAddresses,
      trustedProxies: config.trustedProxies,
      operatorPages: [config.signInUrl, config.consentUrl, config.signOutUrl].filter(
        (page) => page !== undefined,
      ),
    },
  );
  const stopTasks = startBackgroundTasks(dependencies, services, rotation, sharedLimits);
  return {
    fetch: app.fetch,
    store,
    log,
    memory,
    async close() {
      await stopTasks();
      await store.close();
    },
  };
}
