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

interface GrantListOptions extends ListOptions {
  readonly account?: string;
  readonly client?: string;
}

const pathOf = (id: string): string => `/grants/${segment(id)}`;

const listing: Listing = {
  columns: [
    ['app', ({ client_name }) => client_name],
    ['client id', ({ client_id }) => client_id],
    ['user', ({ account_id }) => account_id],
    ['scopes', ({ scopes }) => scopes],
    ['since', ({ created_on }) => created_on],
    ['id', ({ id }) => id],
  ],
  none: 'No active grants. --account and --client list those of another user or an app.',
};

export const grants = withExamples(
  new Command('grants')
    .description('list and revoke active grants, each one authorization of an app by a user')
    .addHelpText(
      'after',
      '\nThe user is the one of your API key. Administrators name a user, an app or both.',
    ),
  'grantor grants list --account <id>',
  'grantor grants list --client <id> --all --json',
  'grantor grants revoke <id>',
)
  .addCommand(
    listCommand(
      'list the active grants, newest first',
      'grantor grants list --account <id>',
      "grantor grants list --client <id> --all --json | jq -r '.[].id'",
    )
      .option('--account <id>', 'grants of this user, for administrators')
      .option('--client <id>', 'grants to this app; of all users, for administrators')
      .action((options: GrantListOptions) =>
        printList(options, '/grants', listing, { account_id: options.account, client_id: options.client }),
      ),
  )
  .addCommand(
    apiCommand('show', 'show an active grant', 'grantor grants show <id>')
      .argument('<id>', ID_HINT)
      .action(async (id: string, options: ApiOptions) => {
        printItem(options, await callApi(options, 'GET', pathOf(id)));
      }),
  )
  .addCommand(
    apiCommand('revoke', 'revoke a grant with all its tokens', 'grantor grants revoke <id> --yes')
      .argument('<id>', ID_HINT)
      .option('--yes', 'do not ask for confirmation')
      .action(async (id: string, options: ApiOptions & { yes?: boolean }) => {
        await confirm('This ends all tokens of the grant.', options.yes);
        printDone(options, await callApi(options, 'DELETE', pathOf(id)), 'revoked');
      }),
  );
