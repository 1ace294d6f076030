import { Command } from 'commander';
import { ConfigError } from '../config/load-config.js';
import { version } from '../version.js';
import { dev } from './dev.command.js';
import { keys } from './keys.command.js';
import { registrationTokens } from './registration-tokens.command.js';
import { serve } from './serve.command.js';
import { StartError } from './start-error.js';

const program = new Command('grantor')
  .description('OAuth 2.0 / OpenID Connect authorization server')
  .version(version)
  .showHelpAfterError('Run grantor --help to see what there is.');

for (const command of [serve, dev, keys, registrationTokens])
  program.addCommand(command.copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  // A wrong setting or a taken port is for the operator to read, not to trace.
  console.error(error instanceof ConfigError || error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
