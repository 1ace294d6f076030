import { Command } from 'commander';
import { environmentVariables } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { localDefaults } from '../config/local-defaults.js';
import { withExamples } from './examples.js';
import { onEndSignal, runServer } from './run-server.js';

export const serve = withExamples(
  new Command('serve').description('run the server, configured by environment variables'),
  'GRANTOR_ISSUER=https://login.example.com GRANTOR_DATABASE_URL=postgres://... grantor serve',
)
  .option(
    '--data <folder>',
    'the folder for the SQLite database and the secret; unused with GRANTOR_DATABASE_URL',
    './data',
  )
  .addHelpText('after', () => `\nEnvironment variables: ${Object.values(environmentVariables).join(', ')}`)
  .action(async ({ data }: { data: string }) => {
    const config = loadConfig(process.env, localDefaults(process.env, data));
    const server = await runServer(config);
    server.log.info('listening', { issuer: config.issuer, host: config.host, port: server.listening.port });
    onEndSignal(() => server.close());
  });
