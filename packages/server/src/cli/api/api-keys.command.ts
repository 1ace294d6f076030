import { Command } from 'commander';
import { withExamples } from '../examples.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  collect,
  defined,
  ID_HINT,
  type ListOptions,
  listCommand,
  readFields,
  seconds,
  segment,
} from './api-command.js';
import { confirm } from './confirm.js';
import { type Listing, printDone, printItem, printList } from './printing.js';

interface CreateOptions extends ApiOptions {
  readonly name?: string;
  readonly scope?: readonly string[];
  readonly expiresIn?: number;
  readonly fromFile?: string;
}

interface KeyListOptions extends ListOptions {
  readonly account?: string;
  readonly everybody?: boolean;
}

const listing: Listing = {
  columns: [
    ['name', ({ name }) => name],
    ['prefix', ({ prefix }) => prefix],
    ['scopes', ({ scopes }) => scopes ?? 'all'],
    ['expires', ({ expires_on }) => expires_on],
    ['last used', ({ last_used_on }) => last_used_on],
    ['id', ({ id }) => id],
  ],
  none: 'No keys yet. Create one: grantor keys create --name CI --scope grantor.clients:read',
};

export const apiKeys = withExamples(
  new Command('keys').description('manage API keys, with which programs call the management API'),
  'grantor keys create --name CI --scope grantor.clients:read --expires-in 90d',
  'grantor keys list --everybody --all',
  'grantor keys delete <id>',
)
  .addHelpText('after', '\nFor the keys that sign tokens, see grantor signing-keys.')
  .addCommand(
    apiCommand(
      'create',
      'create a key with at most the scopes of the one you use, and show it once',
      'grantor keys create --name CI --scope grantor.clients:read --expires-in 90d',
      'grantor keys create --name CI --json | jq -r .key > key-file',
    )
      .option('--name <text>', 'a name for the purpose')
      .option(
        '--scope <name>',
        'a scope of the key; may be repeated; default: the scopes of your key',
        collect,
      )
      .option('--expires-in <time>', 'its lifetime: 3600, 12h, 90d', seconds)
      .option('--from-file <file>', 'the fields as JSON, - for standard input')
      .action(async (options: CreateOptions) => {
        const { name, scope: scopes, expiresIn: expires_in } = options;
        const body = { ...readFields(options.fromFile), ...defined({ name, scopes, expires_in }) };
        const response = await callApi(options, 'POST', '/keys', { body });
        printItem(options, response, 'Store the key: it is not shown again.');
      }),
  )
  .addCommand(
    listCommand(
      'list the keys, without the keys themselves',
      'grantor keys list',
      'grantor keys list --everybody --all',
    )
      .option('--account <id>', 'the keys of another user, for administrators')
      .option('--everybody', 'the keys of all users, for administrators')
      .action((options: KeyListOptions) =>
        printList(options, '/keys', listing, {
          account_id: options.account,
          all: options.everybody === true ? 'true' : undefined,
        }),
      ),
  )
  .addCommand(
    apiCommand('delete', 'delete a key', 'grantor keys delete <id> --yes')
      .argument('<id>', ID_HINT)
      .option('--yes', 'do not ask for confirmation')
      .action(async (id: string, options: ApiOptions & { yes?: boolean }) => {
        await confirm('Programs that use the key will be refused.', options.yes);
        printDone(options, await callApi(options, 'DELETE', `/keys/${segment(id)}`), 'deleted');
      }),
  );
