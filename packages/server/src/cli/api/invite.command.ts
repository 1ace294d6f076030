import type { Command } from 'commander';
import { type ApiOptions, apiCommand, callApi, defined } from './api-command.js';
import { printItem } from './printing.js';

/** Sends an invitation. Unlike its neighbours, it needs the running server, which sends the mail. */
export const invite: Command = apiCommand(
  'invite',
  'send a mail with a link to create an account',
  'grantor accounts invite ada@example.com --language de',
)
  .argument('<email>', 'the email address of the user')
  .option('--language <tag>', 'the language of the mail; default: en')
  .action(async (email: string, options: ApiOptions & { language?: string }) => {
    const body = defined({ email, language: options.language });
    printItem(options, await callApi(options, 'POST', '/invitations', { body }));
  });
