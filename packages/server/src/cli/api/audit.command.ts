import { Command } from 'commander';
import { withExamples } from '../examples.js';
import { type ListOptions, listCommand } from './api-command.js';
import { type Listing, printList } from './printing.js';

interface AuditOptions extends ListOptions {
  readonly type?: string;
  readonly actor?: string;
  readonly client?: string;
  readonly account?: string;
  readonly targetType?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
}

const listing: Listing = {
  columns: [
    ['when', ({ created_on }) => created_on],
    ['what', ({ type }) => type],
    ['who', ({ actor }) => part(actor, 'name') ?? part(actor, 'id') ?? part(actor, 'type')],
    ['to what', ({ target }) => part(target, 'id')],
    ['from', ({ address }) => address],
  ],
  none: 'Nothing is remembered that fits. grantor audit list --help shows what can be asked for.',
};

export const audit = withExamples(
  new Command('audit').description('who changed what, and from where'),
  "grantor audit list --type 'client.*' --from 2026-01-01T00:00:00Z",
  'grantor audit list --actor <id> --all --json',
).addCommand(
  listCommand(
    'show what happened, newest first',
    "grantor audit list --type 'client.*' --from 2026-01-01T00:00:00Z",
    'grantor audit list --client <id> --all --json',
  )
    .option('--type <type>', "client.created, or all that begin alike: 'client.*'")
    .option('--actor <id>', 'what somebody did')
    .option('--client <id>', 'what concerns an app')
    .option('--account <id>', 'what concerns a person')
    .option('--target-type <type>', 'what was done to things of this kind')
    .option('--target <id>', 'what was done to this')
    .option('--from <time>', 'nothing older, as in 2026-01-31T12:00:00Z')
    .option('--to <time>', 'only what is older')
    .action((options: AuditOptions) =>
      printList(options, '/audit', listing, {
        type: options.type,
        actor_id: options.actor,
        client_id: options.client,
        account_id: options.account,
        target_type: options.targetType,
        target_id: options.target,
        from: options.from,
        to: options.to,
      }),
    ),
);

function part(thing: unknown, name: string): unknown {
  return typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined;
}
