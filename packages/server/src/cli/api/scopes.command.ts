import { Command } from 'commander';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  given,
  printDone,
  printItem,
  printItems,
  readFields,
  segment,
} from './api-command.js';
import { confirm } from './confirm.js';
import type { Item } from './pages.js';

interface ScopeOptions extends ApiOptions {
  readonly group?: string;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly resource?: string;
  readonly needsApproval?: boolean;
  readonly fromFile?: string;
}

export const scopes = new Command('scopes')
  .description('the access that apps can ask for')
  .addHelpText(
    'after',
    `
Examples:
  grantor scopes list
  grantor scopes create invoices:read --group invoices --type read --title 'See your invoices'
  grantor scopes update invoices:read --needs-approval
  grantor scopes create --from-file scope.json
  grantor scopes delete invoices:read`,
  )
  .addCommand(
    apiCommand('list', 'show all of them').action(async (options: ApiOptions) => {
      printItems(options, await callApi(options, 'GET', '/scopes'), [
        ['name', ({ name }) => name],
        ['group', ({ group }) => group],
        ['type', ({ type }) => type],
        ['title', ({ title }) => title],
        ['needs approval', ({ needs_approval }) => needs_approval],
      ]);
    }),
  )
  .addCommand(
    withScopeFields(apiCommand('create', 'add one'))
      .argument('[name]')
      .action(async (name: string | undefined, options: ScopeOptions) => {
        const body = { ...scopeFields(options), ...given({ name }) };
        printItem(options, await callApi(options, 'POST', '/scopes', { body }));
      }),
  )
  .addCommand(
    withScopeFields(apiCommand('update', 'change what you name of one'))
      .argument('<name>')
      .action(async (name: string, options: ScopeOptions) => {
        const body = scopeFields(options);
        printItem(options, await callApi(options, 'PATCH', `/scopes/${segment(name)}`, { body }));
      }),
  )
  .addCommand(
    apiCommand('delete', 'take one away: apps ask for it in vain from then on')
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

function scopeFields({
  fromFile,
  group,
  type,
  title,
  description,
  resource,
  needsApproval,
}: ScopeOptions): Item {
  const fields = readFields(fromFile);
  const english = given({ title, description });
  const texts = Object.keys(english).length === 0 ? undefined : { en: english };
  return { ...fields, ...given({ group, type, texts, resource, needs_approval: needsApproval }) };
}
