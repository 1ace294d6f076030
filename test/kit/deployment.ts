import {
  type Config,
  createGrantor,
  type Grantor,
  listen,
  loadConfig,
  type RuntimeDependencies,
} from '@grantor/server';
import { openKeyManagement } from '../../packages/server/src/compose/key-management.js';
import { RELOAD_SECONDS } from '../../packages/server/src/keys/schedule.js';
import { CATALOGUE_SECONDS } from '../../packages/server/src/scopes/scope-catalogue.js';
import type { Repeat } from '../../packages/server/src/timers/timers.js';
import { bodyOf, type Call, callWith } from './api-calls.js';
import type { RegisteredTestClient } from './servers.js';
import { cheapStretch } from './stretch.js';
import { TestApp } from './test-app.js';

const apiKey = 'test-key-with-more-than-20-characters';
const administrator = { username: 'ada@example.com', password: 'analytical-engine', name: 'Administrator' };

/** One server of a deployment that may have several, and may be started again. */
export interface DeployedServer {
  /** The URL of this server; the issuer is that of the deployment. */
  readonly url: string;
  readonly server: Grantor;
  /** Calls the management API of this server with the key of the deployment. */
  readonly call: Call;
  /** Runs the tasks that reload keys and scopes. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** Time that stands still until a test moves it. */
export class MovedClock {
  now = 1_800_000_000;
  readonly read = (): number => this.now;
}

/** The configuration that all servers of a deployment share. */
export function deploymentConfig(databaseUrl: string, settings: Partial<Config> = {}): Config {
  return loadConfig(
    {},
    {
      issuer: 'http://localhost:9',
      databaseUrl,
      secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
      apiKey,
      adminEmail: administrator.username,
      adminPassword: administrator.password,
      logLevel: 'silent',
      ...settings,
    },
  );
}

/** Servers over one database, with one clock. */
export class Deployment {
  readonly clock = new MovedClock();
  readonly #running = new Set<DeployedServer>();

  /** @param dependencies in place of the clock and of the timers, which run at `tick()` only */
  constructor(
    readonly databaseUrl: string,
    readonly settings: Partial<Config> = {},
    readonly dependencies: Partial<RuntimeDependencies> = {},
  ) {}

  config(settings: Partial<Config> = {}): Config {
    return deploymentConfig(this.databaseUrl, { ...this.settings, ...settings });
  }

  /**
   * Starts a server on a free port.
   *
   * @throws Error if it refuses to start
   */
  async start(settings: Partial<Config> = {}): Promise<DeployedServer> {
    const tasks: (() => Promise<void>)[] = [];
    // Months pass in some tests: other tasks at every step would take most of their time.
    const repeat: Repeat = (seconds, task) => {
      if (seconds === RELOAD_SECONDS || seconds === CATALOGUE_SECONDS) tasks.push(task);
      return async () => {};
    };
    const server = await createGrantor(this.config(settings), {
      stretch: cheapStretch,
      clock: this.clock.read,
      repeat,
      ...this.dependencies,
    });
    const listening = await listen(server.fetch, 'localhost', 0);
    const url = `http://localhost:${listening.port}`;
    const deployed: DeployedServer = {
      url,
      server,
      call: callWith({ issuer: url }, apiKey),
      async tick() {
        for (const task of tasks) await task();
      },
      stop: async () => {
        if (!this.#running.delete(deployed)) return;
        await listening.close();
        await server.close();
      },
    };
    this.#running.add(deployed);
    return deployed;
  }

  /** Stops the servers that still run. */
  async stop(): Promise<void> {
    for (const server of this.#running) await server.stop();
  }

  /** What `grantor keys` works on. */
  manageKeys(settings: Partial<Config> = {}) {
    return openKeyManagement(this.config(settings), { clock: this.clock.read, stretch: cheapStretch });
  }
}

/** Registers an app at one server of the deployment. Its user is the administrator. */
export async function registerAt(
  server: DeployedServer,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<TestApp> {
  const fields = { name: 'Test app', redirectUris: ['https://app.example.com/callback'], ...metadata };
  const client = await bodyOf<RegisteredTestClient>(server.call('POST', '/clients', fields), 201);
  return TestApp.of({ issuer: server.url, user: administrator }, client, fields.redirectUris[0]);
}
