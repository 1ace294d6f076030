import { Command } from 'commander';
import { ConfigError } from '../config/load-config.js';
import { version } from '../version.js';
import { accounts } from './accounts.command.js';
import { ApiFailure } from './api/api-client.js';
import { apiKeys } from './api/api-keys.command.js';
import { audit } from './api/audit.command.js';
import { clients } from './api/clients.command.js';
import { consents } from './api/consents.command.js';
import { scopes } from './api/scopes.command.js';
import { dev } from './dev.command.js';
import { registrationTokens } from './registration-tokens.command.js';
import { serve } from './serve.command.js';
import { signingKeys } from './signing-keys.command.js';
import { StartError } from './start-error.js';

const program = new Command('grantor')
  .description('OAuth 2.0 / OpenID Connect authorization server')
  .version(version)
  .showHelpAfterError('Run grantor --help to see what there is.');

const commands = [
  serve,
  dev,
  accounts,
  clients,
  scopes,
  apiKeys,
  consents,
  audit,
  signingKeys,
  registrationTokens,
];
for (const command of commands) program.addCommand(command.copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  // A wrong setting, a taken port or a refusal is for the operator to read, not to trace.
  const isNews = [ConfigError, StartError, ApiFailure].some((kind) => error instanceof kind);
  console.error(isNews && error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
