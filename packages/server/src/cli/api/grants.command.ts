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

interface GrantListOptions extends ListOptions {
  readonly account?: string;
  readonly client?: string;
}

/** Those of earlier versions may look like options. */
const AN_ID = 'after -- where it begins with a hyphen';

const pathOf = (id: string): string => `/grants/${segment(id)}`;

const listing: Listing = {
  columns: [
    ['app', ({ client_name }) => client_name],
    ['client id', ({ client_id }) => client_id],
    ['person', ({ account_id }) => account_id],
    ['scopes', ({ scopes }) => scopes],
    ['since', ({ created_on }) => created_on],
    ['id', ({ id }) => id],
  ],
  none: 'No app has a live grant. --account and --client say whose are to be listed.',
};

export const grants = withExamples(
  new Command('grants')
    .description('each authorization that a person gave to an app, until it ends')
    .addHelpText(
      'after',
      '\nThey are those of the person whose key you use; administrators name a person, an app or both.',
    ),
  'grantor grants list --account <id>',
  'grantor grants list --client <id> --all --json',
  'grantor grants revoke <id>',
)
  .addCommand(
    listCommand(
      'show those that have not ended, newest first',
      'grantor grants list --account <id>',
      "grantor grants list --client <id> --all --json | jq -r '.[].id'",
    )
      .option('--account <id>', 'what this person gave, for administrators')
      .option('--client <id>', 'what was given to this app; by anybody, for administrators')
      .action((options: GrantListOptions) =>
        printList(options, '/grants', listing, { account_id: options.account, client_id: options.client }),
      ),
  )
  .addCommand(
    apiCommand('show', 'show one that has not ended', 'grantor grants show <id>')
      .argument('<id>', AN_ID)
      .action(async (id: string, options: ApiOptions) => {
        printItem(options, await callApi(options, 'GET', pathOf(id)));
      }),
  )
  .addCommand(
    apiCommand('revoke', 'end one, with every token that came from it', 'grantor grants revoke <id> --yes')
      .argument('<id>', AN_ID)
      .option('--yes', 'do not ask')
      .action(async (id: string, options: ApiOptions & { yes?: boolean }) => {
        await confirm('The app loses what it got with this grant, until it is allowed again.', options.yes);
        printDone(options, await callApi(options, 'DELETE', pathOf(id)), 'revoked');
      }),
  );
