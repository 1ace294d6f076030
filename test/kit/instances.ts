import {
  type Config,
  createGrantor,
  type Grantor,
  listen,
  loadConfig,
  type RuntimeDependencies,
} from '@grantor/server';
import { cheapStretch } from './stretch.js';
import { TestApp } from './test-app.js';

const redirectUri = 'https://app.example.com/callback';
const person = { username: 'ada@example.com', password: 'analytical-engine', name: 'Administrator' };

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
      secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
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
export async function startInstance(config: Config, world?: Partial<RuntimeDependencies>): Promise<Instance> {
  const server = await createGrantor(config, { stretch: cheapStretch, ...world });
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

/** An app of the administrator's, registered at this server of the deployment. */
export async function registerAt(at: Instance): Promise<TestApp> {
  const response = await fetch(`${at.url}/api/2.0/clients`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer test-key-with-more-than-20-characters',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'Test app', redirectUris: [redirectUri] }),
  });
  const client = (await response.json()) as { client_id: string; client_secret: string };
  return new TestApp(at.url, client.client_id, client.client_secret, redirectUri, person);
}
