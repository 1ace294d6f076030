import { Command } from 'commander';
import { withExamples } from '../examples.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  ID_HINT,
  type ListOptions,
  listCommand,
  segment,
} from './api-command.js';
import { confirm } from './confirm.js';
import { type Listing, printDone, printList } from './printing.js';

const pathOf = (id: string): string => `/mails/${segment(id)}`;

const listing: Listing = {
  columns: [
    ['to', ({ to }) => to],
    ['mail', ({ template }) => template],
    ['state', ({ state }) => state],
    ['since', ({ created_on }) => created_on],
    ['expires', ({ expires_on }) => expires_on],
    ['id', ({ id }) => id],
  ],
  none: 'No mails.',
};

export const mails = withExamples(
  new Command('mails')
    .description('list mails to users that were not sent yet, and decide about those in doubt')
    .addHelpText(
      'after',
      '\nA mail is in doubt if its process ended while it sent the mail: it may have arrived.',
    ),
  'grantor mails list --state in_doubt',
  'grantor mails send-again <id>',
  'grantor mails delete <id>',
)
  .addCommand(
    listCommand('list mails, newest first', 'grantor mails list --state in_doubt')
      .option('--state <state>', 'waiting or in_doubt; default: both')
      .action((options: ListOptions & { state?: string }) =>
        printList(options, '/mails', listing, { state: options.state }),
      ),
  )
  .addCommand(
    apiCommand('send-again', 'send a mail in doubt again', 'grantor mails send-again <id>')
      .argument('<id>', ID_HINT)
      .action(async (id: string, options: ApiOptions) => {
        printDone(options, await callApi(options, 'POST', `${pathOf(id)}/send`), 'waits to be sent');
      }),
  )
  .addCommand(
    apiCommand('delete', 'delete a mail in doubt', 'grantor mails delete <id> --yes')
      .argument('<id>', ID_HINT)
      .option('--yes', 'do not ask for confirmation')
      .action(async (id: string, options: ApiOptions & { yes?: boolean }) => {
        await confirm('The mail will never be sent.', options.yes);
        printDone(options, await callApi(options, 'DELETE', pathOf(id)), 'deleted');
      }),
  );
