import { Command } from 'commander';
import { withExamples } from '../examples.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  collect,
  given,
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
    ['begins with', ({ prefix }) => prefix],
    ['scopes', ({ scopes }) => scopes ?? 'all'],
    ['expires', ({ expires_on }) => expires_on],
    ['last used', ({ last_used_on }) => last_used_on],
    ['id', ({ id }) => id],
  ],
  none: 'No keys yet. Make one: grantor keys create --name CI --scope grantor.clients:read',
};

export const apiKeys = withExamples(
  new Command('keys').description('API keys, with which programs call the management API'),
  'grantor keys create --name CI --scope grantor.clients:read --expires-in 90d',
  'grantor keys list --everybody --all',
  'grantor keys delete <id>',
)
  .addHelpText('after', '\nFor the keys that tokens are signed with, see grantor signing-keys.')
  .addCommand(
    apiCommand(
      'create',
      'make a key that may do no more than the one you use, and show it this once',
      'grantor keys create --name CI --scope grantor.clients:read --expires-in 90d',
      'grantor keys create --name CI --json | jq -r .key > key-file',
    )
      .option('--name <text>', 'what it is for')
      .option(
        '--scope <name>',
        'what it is good for; may be repeated; all that you may do unless set',
        collect,
      )
      .option('--expires-in <time>', 'how long it is good for: 3600, 12h, 90d', seconds)
      .option('--from-file <file>', 'its fields as JSON, - for standard input')
      .action(async (options: CreateOptions) => {
        const { name, scope: scopes, expiresIn: expires_in } = options;
        const body = { ...readFields(options.fromFile), ...given({ name, scopes, expires_in }) };
        const answer = await callApi(options, 'POST', '/keys', { body });
        printItem(options, answer, 'Keep the key: it is not shown again.');
      }),
  )
  .addCommand(
    listCommand(
      'show which keys there are, without the keys',
      'grantor keys list',
      'grantor keys list --everybody --all',
    )
      .option('--account <id>', 'those of somebody else, for administrators')
      .option('--everybody', 'those of all people, for administrators')
      .action((options: KeyListOptions) =>
        printList(options, '/keys', listing, {
          account_id: options.account,
          all: options.everybody === true ? 'true' : undefined,
        }),
      ),
  )
  .addCommand(
    apiCommand('delete', 'end a key at once', 'grantor keys delete <id> --yes')
      .argument('<id>', 'after -- where it begins with a hyphen')
      .option('--yes', 'do not ask')
      .action(async (id: string, options: ApiOptions & { yes?: boolean }) => {
        await confirm('Programs that use the key will be refused.', options.yes);
        printDone(options, await callApi(options, 'DELETE', `/keys/${segment(id)}`), 'deleted');
      }),
  );
