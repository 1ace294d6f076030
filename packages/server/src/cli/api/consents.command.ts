import { Command } from 'commander';
import { withExamples } from '../examples.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  type ListOptions,
  listCommand,
  segment,
} from './api-command.js';
import { confirm } from './confirm.js';
import { type Listing, printDone, printItem, printList } from './printing.js';

interface OfPerson {
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
  none: 'No app has access. --account says whose consents are to be listed.',
};

export const consents = withExamples(
  new Command('consents')
    .description('which apps a person gave access to')
    .addHelpText(
      'after',
      '\nThey are those of the person whose key you use; administrators name somebody else with --account.',
    ),
  'grantor consents list --account <id>',
  'grantor consents show <client id>',
  'grantor consents revoke <client id> --account <id>',
)
  .addCommand(
    ofPerson(
      listCommand('show the apps, the one allowed last first', 'grantor consents list --account <id>'),
    ).action((options: ListOptions & OfPerson) =>
      printList({ ...options, limit: options.limit ?? '30' }, '/consents', listing, {
        account_id: options.account,
      }),
    ),
  )
  .addCommand(
    ofPerson(
      apiCommand(
        'show',
        'show what an app was allowed, and what it has of it',
        'grantor consents show <client id> --account <id>',
      ),
    )
      .argument('<client id>', 'after -- where it begins with a hyphen')
      .action(async (clientId: string, options: ApiOptions & OfPerson) => {
        const query = { account_id: options.account };
        printItem(options, await callApi(options, 'GET', pathOf(clientId), { query }));
      }),
  )
  .addCommand(
    ofPerson(
      apiCommand(
        'revoke',
        'take all access back from an app',
        'grantor consents revoke <client id> --account <id> --yes',
      ),
    )
      .argument('<client id>', 'after -- where it begins with a hyphen')
      .option('--yes', 'do not ask')
      .action(async (clientId: string, options: ApiOptions & OfPerson & { yes?: boolean }) => {
        await confirm('The app loses all access that this person gave it.', options.yes);
        const query = { account_id: options.account };
        printDone(options, await callApi(options, 'DELETE', pathOf(clientId), { query }), 'revoked');
      }),
  );

function ofPerson(command: Command): Command {
  return command.option('--account <id>', 'whose, for administrators');
}

function nameOf(client: unknown): unknown {
  return typeof client === 'object' && client !== null && 'name' in client ? client.name : undefined;
}
