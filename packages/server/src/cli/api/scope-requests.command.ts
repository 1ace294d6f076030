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
  segment,
} from './api-command.js';
import { type Listing, printDone, printList } from './printing.js';

interface Waiting {
  readonly scope: unknown;
  readonly requested_on: unknown;
}

const listing: Listing = {
  columns: [
    ['app', ({ name }) => name],
    ['client id', ({ client_id }) => client_id],
    ['pending scopes', ({ scopes }) => waitingIn(scopes).map(({ scope }) => scope)],
    ['since', ({ scopes }) => waitingIn(scopes)[0]?.requested_on],
    ['registered by', ({ created_by }) => created_by],
  ],
  none: 'No pending scopes. grantor scopes list shows which scopes need approval.',
};

export const scopeRequests = withExamples(
  new Command('scope-requests').description('approve or refuse pending scopes of apps'),
  'grantor scope-requests list',
  'grantor scope-requests approve <client id>',
  'grantor scope-requests refuse <client id> --scope billing:write',
)
  .addCommand(
    listCommand(
      'list the apps with pending scopes, oldest request first',
      'grantor scope-requests list',
      "grantor scope-requests list --all --json | jq -r '.[].client_id'",
    ).action((options: ListOptions) => printList(options, '/scope-requests', listing)),
  )
  .addCommand(decision('approve', 'approve the pending scopes of an app', 'approved'))
  .addCommand(decision('refuse', 'refuse the pending scopes of an app', 'refused'));

function decision(name: 'approve' | 'refuse', description: string, done: string): Command {
  return apiCommand(
    name,
    description,
    `grantor scope-requests ${name} <client id>`,
    `grantor scope-requests ${name} <client id> --scope billing:write`,
  )
    .argument('<client id>', ID_HINT)
    .option('--scope <name>', 'only this scope; may be repeated; default: all', collect)
    .action(async (id: string, options: ApiOptions & { scope?: readonly string[] }) => {
      const path = `/clients/${segment(id)}/scopes/${name}`;
      const body = defined({ scopes: options.scope });
      printDone(options, await callApi(options, 'POST', path, { body }), done);
    });
}

function waitingIn(scopes: unknown): readonly Waiting[] {
  return Array.isArray(scopes) ? (scopes as readonly Waiting[]) : [];
}
