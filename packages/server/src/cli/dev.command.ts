import { Command } from 'commander';
import { loadConfig } from '../config/load-config.js';
import { localDefaults } from '../config/local-defaults.js';
import { systemClock } from '../crypto/clock.js';
import { deriveKey } from '../crypto/seal.js';
import { ensureDemo } from './demo/demo-data.js';
import { type DemoProcess, startDemoApps } from './demo/demo-processes.js';
import { onEndSignal, runServer } from './run-server.js';

interface DevOptions {
  readonly data: string;
  readonly appPort: string;
  readonly apiPort: string;
  readonly json?: boolean;
}

export const dev = new Command('dev')
  .description('run the server with a demo app, a demo API and somebody to sign in as')
  .option('--data <folder>', 'where the database and the secret go', './data')
  .option('--app-port <port>', 'port of the demo app', '4200')
  .option('--api-port <port>', 'port of the demo API', '4300')
  .option('--json', 'print where to go as one line of JSON')
  .action(async (options: DevOptions) => {
    const environment = { GRANTOR_LOG_LEVEL: 'warn', ...process.env };
    const defaults = localDefaults(environment, options.data);
    const withoutKey = loadConfig(environment, defaults);
    // Derived, so that it is the same at each start and stands in no file.
    const apiKey =
      withoutKey.apiKey ??
      `grantor_dev_${deriveKey(withoutKey.secret, 'demo-api-key').toString('base64url')}`;
    const config = { ...withoutKey, apiKey };
    const appUrl = `http://localhost:${options.appPort}`;
    const apiUrl = `http://localhost:${options.apiPort}`;
    const server = await runServer(config);
    let processes: readonly DemoProcess[] = [];
    const end = async () => {
      for (const one of processes) one.stop();
      await server.close();
    };
    try {
      const demo = await ensureDemo(server.store, systemClock, config.secret, { appUrl, apiUrl });
      processes = await startDemoApps({ issuer: config.issuer, appUrl, apiUrl, client: demo.client });
      onEndSignal(end);
      const where = { issuer: config.issuer, app: appUrl, api: apiUrl, person: demo.person, apiKey };
      console.log(options.json === true ? JSON.stringify(where) : welcome(where));
    } catch (error) {
      await end();
      throw error;
    }
  });

function welcome(where: {
  readonly issuer: string;
  readonly app: string;
  readonly api: string;
  readonly person: { readonly username: string; readonly password: string };
  readonly apiKey: string;
}): string {
  return `
  Grantor is running.

    Demo app     ${where.app}   ← start here: Connect, sign in, allow
    Sign in as   ${where.person.username}  /  ${where.person.password}

    Issuer       ${where.issuer}
    Demo API     ${where.api}
    API key      ${where.apiKey}

  Register an app of your own:

    curl ${where.issuer}/api/2.0/clients \\
      -H 'Authorization: Bearer ${where.apiKey}' -H 'Content-Type: application/json' \\
      -d '{"name": "My app", "redirectUris": ["http://localhost:3000/callback"]}'

  Press Ctrl+C to stop.
`;
}
