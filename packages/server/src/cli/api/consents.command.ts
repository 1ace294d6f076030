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
import { type Listing, printDone, printItem, printList } from './printing.js';

interface OfUser {
  readonly account?: string;
}

const pathOf = (clientId: string): string => `/consents/${segment(clientId)}`;

const listing: Listing = {
  columns: [
    ['app', ({ client }) => nameOf(client)],
    ['client id', ({ registered_client_id }) => registered_client_id],
    ['scopes', ({ scopes }) => scopes],
    ['allowed', ({ modified_at }) => modified_at],
  ],
  none: 'No consents. --account lists those of another user.',
};

export const consents = withExamples(
  new Command('consents')
    .description('list and revoke the consents of a user')
    .addHelpText(
      'after',
      '\nThe user is the one of your API key. Administrators name another user with --account.',
    ),
  'grantor consents list --account <id>',
  'grantor consents show <client id>',
  'grantor consents revoke <client id> --account <id>',
)
  .addCommand(
    ofUser(
      listCommand('list the consents, last changed first', 'grantor consents list --account <id>'),
    ).action((options: ListOptions & OfUser) =>
      printList({ ...options, limit: options.limit ?? '30' }, '/consents', listing, {
        account_id: options.account,
      }),
    ),
  )
  .addCommand(
    ofUser(
      apiCommand(
        'show',
        'show a consent with its active grants',
        'grantor consents show <client id> --account <id>',
      ),
    )
      .argument('<client id>', ID_HINT)
      .action(async (clientId: string, options: ApiOptions & OfUser) => {
        const query = { account_id: options.account };
        printItem(options, await callApi(options, 'GET', pathOf(clientId), { query }));
      }),
  )
  .addCommand(
    ofUser(
      apiCommand(
        'revoke',
        'revoke a consent and end the access of the app',
        'grantor consents revoke <client id> --account <id> --yes',
      ),
    )
      .argument('<client id>', ID_HINT)
      .option('--yes', 'do not ask for confirmation')
      .action(async (clientId: string, options: ApiOptions & OfUser & { yes?: boolean }) => {
        await confirm('This ends all access of the app that this user allowed.', options.yes);
        const query = { account_id: options.account };
        printDone(options, await callApi(options, 'DELETE', pathOf(clientId), { query }), 'revoked');
      }),
  );

function ofUser(command: Command): Command {
  return command.option('--account <id>', 'another user, for administrators');
}

function nameOf(client: unknown): unknown {
  return typeof client === 'object' && client !== null && 'name' in client ? client.name : undefined;
}
