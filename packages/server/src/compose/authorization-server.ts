import type { Application } from '../accounts/application.js';
import { readSettings, type Settings } from '../config/options.js';
import { type MountedServer, mountServer } from '../http/mount.js';
import type { RuntimeDependencies } from './dependencies.js';
import { createGrantor } from './grantor.js';

/** The options of an embedded server: its settings by name, and what it asks the application. */
export type AuthorizationServerOptions = Settings & Application;

/** An authorization server inside of an application. */
export interface AuthorizationServer extends Pick<MountedServer, 'fetch' | 'listener'> {
  /** Refuses new requests, waits for those in progress, stops the background tasks and closes the database. */
  close(): Promise<void>;
}

/**
 * Creates an authorization server for an application that has its own HTTP server. It opens the database and brings its
 * tables up to date. It reads no environment variable and changes nothing global: one process can have several.
 *
 * @param options the settings of `grantor serve` by their names in TypeScript; durations are in seconds
 * @param runtime parts that tests replace
 * @throws ConfigError naming every option that is missing, wrong or unknown
 * @throws Error if the database cannot be opened, or its keys cannot be decrypted with this secret
 */
export async function createAuthorizationServer(
  options: AuthorizationServerOptions,
  runtime: Partial<RuntimeDependencies> = {},
): Promise<AuthorizationServer> {
  const { authenticate, signedInUser, users, ...settings } = options;
  const config = readSettings(settings);
  const grantor = await createGrantor(config, runtime, { authenticate, signedInUser, users });
  const { fetch, listener, drain } = mountServer((request, env) => grantor.fetch(request, env), config);
  return {
    fetch,
    listener,
    async close() {
      await drain();
      await grantor.close();
    },
  };
}
