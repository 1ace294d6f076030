import { type Config, createGrantor, type Grantor, listen, loadConfig, type World } from '@grantor/server';

/** One server of a deployment that may have several, and may be started again. */
export interface Instance {
  /** Where this one answers; the issuer is the deployment's. */
  readonly url: string;
  readonly server: Grantor;
  stop(): Promise<void>;
}

/** What all servers of one deployment share. */
export function deploymentConfig(databaseUrl: string, settings: Partial<Config> = {}): Config {
  return loadConfig(
    {},
    {
      issuer: 'http://localhost:9',
      databaseUrl,
      secret: 'a secret for tests, with more than 32 characters',
      apiKey: 'test-key-with-more-than-20-characters',
      adminEmail: 'ada@example.com',
      adminPassword: 'analytical-engine',
      logLevel: 'silent',
      ...settings,
    },
  );
}

/**
 * Starts a server on a free port.
 *
 * @throws Error where it refuses to start
 */
export async function startInstance(config: Config, world?: World): Promise<Instance> {
  const server = await createGrantor(config, world);
  const listening = await listen(server.fetch, 'localhost', 0);
  return {
    url: `http://localhost:${listening.port}`,
    server,
    async stop() {
      await listening.close();
      await server.close();
    },
  };
}
