import { Command } from 'commander';
import { ApiFailure } from './api-client.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  type ListOptions,
  listCommand,
  printDone,
  printItem,
  printList,
  seconds,
  segment,
} from './api-command.js';
import { clientFields, type FieldOptions, withClientFields } from './client-fields.js';
import { confirm } from './confirm.js';

type Confirmed = ApiOptions & { readonly yes?: boolean };

/** Words that stand where an ID would; `DELETE /clients/tenant` is all apps. No app has them as its ID. */
const WORDS: readonly string[] = ['info', 'tenant'];

function pathOf(id: string): string {
  if (WORDS.includes(id)) throw new ApiFailure('There is no app with this ID.');
  return `/clients/${segment(id)}`;
}

export const clients = new Command('clients')
  .description('apps: register, show and change them on a running server')
  .addHelpText(
    'after',
    `
Examples:
  grantor clients create --name 'My app' --redirect-uri https://app.example/callback --scope openid
  grantor clients create --from-file app.json --json
  grantor clients list --all
  grantor clients update <id> --redirect-uri https://app.example/callback --redirect-uri https://app.example/other
  grantor clients rotate-secret <id> --overlap 7d`,
  )
  .addCommand(
    withClientFields(apiCommand('create', 'register an app, and show its secret this once'))
      .option('--client-id <id>', 'its ID; one is made unless set')
      .action(async (options: FieldOptions & ApiOptions & { clientId?: string }) => {
        const body = { ...clientFields(options), ...(options.clientId && { client_id: options.clientId }) };
        const answer = await callApi(options, 'POST', '/clients', { body });
        printItem(options, answer, 'Keep the secret: it is not shown again.');
      }),
  )
  .addCommand(
    listCommand('show which apps there are, newest first').action((options: ListOptions) =>
      printList(options, '/clients', [
        ['name', ({ name }) => name],
        ['client id', ({ client_id }) => client_id],
        ['enabled', ({ enabled }) => enabled],
        ['scopes', ({ scopes }) => scopes],
        ['modified', ({ modified_on }) => modified_on],
      ]),
    ),
  )
  .addCommand(
    apiCommand('show', 'show all of an app')
      .argument('<id>', 'after -- where it begins with a hyphen')
      .action(async (id: string, options: ApiOptions) => {
        printItem(options, await callApi(options, 'GET', pathOf(id)));
      }),
  )
  .addCommand(
    withClientFields(apiCommand('update', 'change what you name of an app; a list is replaced as a whole'))
      .argument('<id>', 'after -- where it begins with a hyphen')
      .action(async (id: string, options: FieldOptions & ApiOptions) => {
        const body = clientFields(options);
        printItem(options, await callApi(options, 'PATCH', pathOf(id), { body }));
      }),
  )
  .addCommand(
    apiCommand('rotate-secret', 'give an app a new secret, and show it this once')
      .argument('<id>', 'after -- where it begins with a hyphen')
      .option('--overlap <time>', 'how long the secret before is good too: 3600, 12h, 7d', seconds)
      .option('--yes', 'do not ask')
      .action(async (id: string, options: Confirmed & { overlap?: number }) => {
        const { overlap } = options;
        if (overlap === undefined) {
          await confirm('The secret ends at once, and all access that was given to the app.', options.yes);
        }
        const body = overlap === undefined ? {} : { overlap_seconds: overlap };
        const answer = await callApi(options, 'PATCH', `${pathOf(id)}/regenerate`, { body });
        printItem(options, answer, 'Keep the secret: it is not shown again.');
      }),
  )
  .addCommand(activation('disable', 'end all access of an app, and let it ask for none', false))
  .addCommand(activation('enable', 'let a disabled app ask for access again', true))
  .addCommand(
    apiCommand('delete', 'delete an app, with all access that was given to it')
      .argument('<id>', 'after -- where it begins with a hyphen')
      .option('--yes', 'do not ask')
      .action(async (id: string, options: Confirmed) => {
        await confirm('The app will be gone, and all access that was given to it.', options.yes);
        printDone(options, await callApi(options, 'DELETE', pathOf(id)), 'deleted');
      }),
  );

function activation(name: 'disable' | 'enable', description: string, status: boolean): Command {
  return apiCommand(name, description)
    .argument('<id>', 'after -- where it begins with a hyphen')
    .action(async (id: string, options: ApiOptions) => {
      const answer = await callApi(options, 'PATCH', `${pathOf(id)}/activation`, { body: { status } });
      printDone(options, answer, `${name}d`);
    });
}
