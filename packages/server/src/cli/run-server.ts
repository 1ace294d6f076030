import type { RuntimeDependencies } from '../compose/dependencies.js';
import { createGrantor, type Grantor } from '../compose/grantor.js';
import type { Config } from '../config/config.js';
import { type Listening, listen } from '../http/listen.js';
import { runAfter } from '../timers/timers.js';
import { explainListenError, explainOpenError } from './start-error.js';

/** A running server. */
export interface RunningServer extends Grantor {
  readonly listening: Listening;
}

/**
 * Opens the database and listens.
 *
 * @throws StartError if the database cannot be opened or the port cannot be used
 */
export async function runServer(
  config: Config,
  runtime: Partial<RuntimeDependencies> = {},
): Promise<RunningServer> {
  const grantor = await createGrantor(config, runtime).catch((error: unknown) => {
    throw explainOpenError(error);
  });
  try {
    const listening = await listen(grantor.fetch, config.host, config.port, connectionLimits(config));
    return {
      ...grantor,
      listening,
      async close() {
        await listening.close();
        await grantor.close();
      },
    };
  } catch (error) {
    await grantor.close();
    throw explainListenError(error, config.host, config.port, 'PORT');
  }
}

/** Behind a proxy all connections have the address of the proxy, so they are not limited by address. */
function connectionLimits({ maxConnections, maxConnectionsPerAddress, trustedProxies }: Config) {
  const perAddress =
    trustedProxies > 0 || maxConnectionsPerAddress === 0 ? undefined : maxConnectionsPerAddress;
  return { connections: maxConnections, connectionsPerAddress: perAddress };
}

/** How long a shutdown may take before the process exits anyway, in milliseconds. */
const PATIENCE = 10_000;

/** Calls back on the first signal to stop. A second signal exits at once. */
export function onEndSignal(end: () => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(130);
      ending = true;
      runAfter(PATIENCE, () => process.exit(1));
      void end().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
