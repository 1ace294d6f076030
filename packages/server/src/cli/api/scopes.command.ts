import { Command } from 'commander';
import { withExamples } from '../examples.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  defined,
  readFields,
  seconds,
  segment,
} from './api-command.js';
import { confirm } from './confirm.js';
import type { Item } from './pages.js';
import { type Listing, printDone, printItem, printItems } from './printing.js';

interface ScopeOptions extends ApiOptions {
  readonly group?: string;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly resource?: string;
  readonly needsApproval?: boolean;
  readonly optional?: boolean;
  readonly consentSeconds?: number;
  readonly fromFile?: string;
}

const listing: Listing = {
  columns: [
    ['name', ({ name }) => name],
    ['group', ({ group }) => group],
    ['type', ({ type }) => type],
    ['title', ({ title }) => title],
    ['needs approval', ({ needs_approval }) => needs_approval],
  ],
  none: 'No scopes yet. See grantor scopes create --help.',
};

export const scopes = withExamples(
  new Command('scopes').description('manage the scopes that apps can request'),
  'grantor scopes list',
  'grantor scopes put-group invoices --title Invoices',
  "grantor scopes create invoices:read --group invoices --type read --title 'See your invoices'",
  'grantor scopes delete invoices:read',
)
  .addCommand(
    apiCommand(
      'put-group',
      'create or replace a group of scopes',
      'grantor scopes put-group invoices --title Invoices',
    )
      .argument('<name>')
      .requiredOption('--title <text>', 'its title, in English')
      .option('--no-write-implies-read', 'a write scope does not include the read scopes')
      .action(async (name: string, options: ApiOptions & { title: string; writeImpliesRead: boolean }) => {
        const { title, writeImpliesRead } = options;
        const body = { texts: { en: { title } }, write_implies_read: writeImpliesRead };
        printItem(options, await callApi(options, 'PUT', `/scope-groups/${segment(name)}`, { body }));
      }),
  )
  .addCommand(
    apiCommand(
      'list',
      'list all scopes',
      "grantor scopes list --json | jq -r '.[] | select(.needs_approval).name'",
    ).action(async (options: ApiOptions) => {
      printItems(options, await callApi(options, 'GET', '/scopes'), listing);
    }),
  )
  .addCommand(
    withScopeFields(
      apiCommand(
        'create',
        'create a scope',
        "grantor scopes create invoices:read --group invoices --type read --title 'See your invoices'",
        'grantor scopes create --from-file scope.json',
      ),
    )
      .argument('[name]')
      .action(async (name: string | undefined, options: ScopeOptions) => {
        const body = { ...scopeFields(options), ...defined({ name }) };
        printItem(options, await callApi(options, 'POST', '/scopes', { body }));
      }),
  )
  .addCommand(
    withScopeFields(
      apiCommand(
        'update',
        'change the given fields of a scope',
        'grantor scopes update invoices:read --needs-approval',
      ),
    )
      .argument('<name>')
      .action(async (name: string, options: ScopeOptions) => {
        const path = `/scopes/${segment(name)}`;
        // `texts` is one field: the English text is changed, and the other languages are sent back.
        const before = hasWords(options) ? await callApi(options, 'GET', path) : undefined;
        const body = scopeFields(options, textsIn(before?.body));
        printItem(options, await callApi(options, 'PATCH', path, { body, ifMatch: before?.etag }));
      }),
  )
  .addCommand(
    apiCommand(
      'delete',
      'delete a scope: new requests for it are refused',
      'grantor scopes delete invoices:read --yes',
    )
      .argument('<name>')
      .option('--yes', 'do not ask for confirmation')
      .action(async (name: string, options: ApiOptions & { yes?: boolean }) => {
        await confirm('Requests of apps for this scope will be refused.', options.yes);
        printDone(options, await callApi(options, 'DELETE', `/scopes/${segment(name)}`), 'deleted');
      }),
  );

function withScopeFields(command: Command): Command {
  return command
    .option('--group <name>', 'its group')
    .option('--type <type>', 'read or write')
    .option('--title <text>', 'the text on the consent page, in English; other languages with --from-file')
    .option('--description <text>', 'an explanation, in English')
    .option('--resource <uri>', 'the only API at which it can be granted')
    .option('--needs-approval', 'an administrator must approve it for each app')
    .option('--no-needs-approval', 'no approval needed')
    .option('--optional', 'users can leave it out when they allow an app the rest')
    .option('--no-optional', 'users cannot leave it out')
    .option(
      '--consent-seconds <time>',
      'users are asked again after this time: 3600, 12h, 30d; 0 for no limit',
      seconds,
    )
    .option('--from-file <file>', 'the fields as JSON, - for standard input; options override it');
}

type Texts = Readonly<Record<string, Item>>;

function scopeFields(options: ScopeOptions, before: Texts = {}): Item {
  const { group, type, title, description, resource, needsApproval, optional, consentSeconds } = options;
  const texts = hasWords(options)
    ? { ...before, en: { ...before.en, ...defined({ title, description }) } }
    : undefined;
  const fields = defined({
    group,
    type,
    texts,
    resource,
    needs_approval: needsApproval,
    optional,
    consent_seconds: consentSeconds,
  });
  return { ...readFields(options.fromFile), ...fields };
}

function hasWords({ title, description }: ScopeOptions): boolean {
  return title !== undefined || description !== undefined;
}

function textsIn(scope: unknown): Texts {
  const texts: unknown =
    typeof scope === 'object' && scope !== null ? Reflect.get(scope, 'texts') : undefined;
  return typeof texts === 'object' && texts !== null ? (texts as Texts) : {};
}
