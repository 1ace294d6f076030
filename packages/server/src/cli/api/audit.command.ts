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
    ['time', ({ created_on }) => created_on],
    ['type', ({ type }) => type],
    ['actor', ({ actor }) => part(actor, 'name') ?? part(actor, 'id') ?? part(actor, 'type')],
    ['target', ({ target }) => part(target, 'id')],
    ['address', ({ address }) => address],
  ],
  none: 'No event matches. grantor audit list --help lists the filters.',
};

export const audit = withExamples(
  new Command('audit').description('read the audit trail'),
  "grantor audit list --type 'client.*' --from 2026-01-01T00:00:00Z",
  'grantor audit list --actor <id> --all --json',
).addCommand(
  listCommand(
    'list the events, newest first',
    "grantor audit list --type 'client.*' --from 2026-01-01T00:00:00Z",
    'grantor audit list --client <id> --all --json',
  )
    .option('--type <type>', "one type, client.created, or a group of types: 'client.*'")
    .option('--actor <id>', 'events of this actor')
    .option('--client <id>', 'events about this app')
    .option('--account <id>', 'events about this user')
    .option('--target-type <type>', 'events about targets of this type')
    .option('--target <id>', 'events about this target')
    .option('--from <time>', 'events at or after this time: 2026-01-31T12:00:00Z')
    .option('--to <time>', 'events before this time')
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
