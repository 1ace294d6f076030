import { Command } from 'commander';
import { version } from '../version.js';
import { apiKeys } from './api/api-keys.command.js';
import { audit } from './api/audit.command.js';
import { clients } from './api/clients.command.js';
import { consents } from './api/consents.command.js';
import { grants } from './api/grants.command.js';
import { mails } from './api/mails.command.js';
import { scopeRequests } from './api/scope-requests.command.js';
import { scopes } from './api/scopes.command.js';
import { accounts } from './database/accounts.command.js';
import { registrationTokens } from './database/registration-tokens.command.js';
import { signingKeys } from './database/signing-keys.command.js';
import { dev } from './dev.command.js';
import { withExamples } from './examples.js';
import { exitCodesHelp } from './exit-codes.js';
import { serve } from './serve.command.js';

/** The `grantor` command with its subcommands. */
export const program = withExamples(
  new Command('grantor')
    .description('OAuth 2.0 / OpenID Connect authorization server')
    .version(version)
    .showHelpAfterError('Add --help for a list of commands and options.')
    .addHelpText('afterAll', exitCodesHelp)
    // All errors end the process in main.ts, with one of `exitCodes`.
    .exitOverride(),
  'grantor dev',
  'grantor clients create --help',
);

const commands = [
  serve,
  dev,
  accounts,
  clients,
  scopes,
  scopeRequests,
  apiKeys,
  consents,
  grants,
  audit,
  mails,
  signingKeys,
  registrationTokens,
];
for (const command of commands) {
  adopt(command, program);
  program.addCommand(command);
}

/** Copies settings to a command and its subcommands. */
function adopt(command: Command, above: Command): void {
  command.copyInheritedSettings(above);
  for (const below of command.commands) adopt(below, command);
}
