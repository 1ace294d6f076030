import { Command } from 'commander';
import { withExamples } from '../examples.js';
import { type ApiOptions, apiCommand, callApi, given, readFields, segment } from './api-command.js';
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
  none: 'No scopes yet. Define one: grantor scopes create --help shows how.',
};

export const scopes = withExamples(
  new Command('scopes').description('the access that apps can ask for'),
  'grantor scopes list',
  'grantor scopes put-group invoices --title Invoices',
  "grantor scopes create invoices:read --group invoices --type read --title 'See your invoices'",
  'grantor scopes delete invoices:read',
)
  .addCommand(
    apiCommand(
      'put-group',
      'define a group that scopes belong to, or define it anew',
      'grantor scopes put-group invoices --title Invoices',
    )
      .argument('<name>')
      .requiredOption('--title <text>', 'what people read, in English')
      .option('--no-write-implies-read', 'who may write may not read for that')
      .action(async (name: string, options: ApiOptions & { title: string; writeImpliesRead: boolean }) => {
        const { title, writeImpliesRead } = options;
        const body = { texts: { en: { title } }, write_implies_read: writeImpliesRead };
        printItem(options, await callApi(options, 'PUT', `/scope-groups/${segment(name)}`, { body }));
      }),
  )
  .addCommand(
    apiCommand(
      'list',
      'show all of them',
      "grantor scopes list --json | jq -r '.[] | select(.needs_approval).name'",
    ).action(async (options: ApiOptions) => {
      printItems(options, await callApi(options, 'GET', '/scopes'), listing);
    }),
  )
  .addCommand(
    withScopeFields(
      apiCommand(
        'create',
        'add one',
        "grantor scopes create invoices:read --group invoices --type read --title 'See your invoices'",
        'grantor scopes create --from-file scope.json',
      ),
    )
      .argument('[name]')
      .action(async (name: string | undefined, options: ScopeOptions) => {
        const body = { ...scopeFields(options), ...given({ name }) };
        printItem(options, await callApi(options, 'POST', '/scopes', { body }));
      }),
  )
  .addCommand(
    withScopeFields(
      apiCommand(
        'update',
        'change what you name of one',
        'grantor scopes update invoices:read --needs-approval',
      ),
    )
      .argument('<name>')
      .action(async (name: string, options: ScopeOptions) => {
        const path = `/scopes/${segment(name)}`;
        // The English words are changed beside those of other languages, which are one field with them.
        const before = hasWords(options) ? await callApi(options, 'GET', path) : undefined;
        const body = scopeFields(options, textsIn(before?.body));
        printItem(options, await callApi(options, 'PATCH', path, { body, ifMatch: before?.etag }));
      }),
  )
  .addCommand(
    apiCommand(
      'delete',
      'take one away: apps ask for it in vain from then on',
      'grantor scopes delete invoices:read --yes',
    )
      .argument('<name>')
      .option('--yes', 'do not ask')
      .action(async (name: string, options: ApiOptions & { yes?: boolean }) => {
        await confirm('Apps that are registered for the scope will ask for it in vain.', options.yes);
        printDone(options, await callApi(options, 'DELETE', `/scopes/${segment(name)}`), 'deleted');
      }),
  );

function withScopeFields(command: Command): Command {
  return command
    .option('--group <name>', 'what it belongs to')
    .option('--type <type>', 'read or write')
    .option('--title <text>', 'what people are asked, in English; other languages by --from-file')
    .option('--description <text>', 'what that means, in English')
    .option('--resource <uri>', 'the API that it is good at alone')
    .option('--needs-approval', 'an administrator must give it to an app')
    .option('--no-needs-approval', 'developers may ask for it freely')
    .option('--from-file <file>', 'its fields as JSON, - for standard input; what options say counts');
}

type Texts = Readonly<Record<string, Item>>;

function scopeFields(options: ScopeOptions, before: Texts = {}): Item {
  const { group, type, title, description, resource, needsApproval } = options;
  const texts = hasWords(options)
    ? { ...before, en: { ...before.en, ...given({ title, description }) } }
    : undefined;
  const fields = given({ group, type, texts, resource, needs_approval: needsApproval });
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
