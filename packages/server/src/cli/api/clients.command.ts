import { Command } from 'commander';
import { withExamples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { ApiFailure } from './api-client.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  ID_HINT,
  type ListOptions,
  listCommand,
  seconds,
  segment,
} from './api-command.js';
import { printNewClient } from './client-card.js';
import { clientFields, type FieldOptions, withClientFields } from './client-fields.js';
import { confirm } from './confirm.js';
import { type Listing, printDone, printItem, printList } from './printing.js';

type Confirmed = ApiOptions & { readonly yes?: boolean };

/** Reserved path segments. On a server with GRANTOR_COMPAT=docspace, `DELETE /clients/tenant` deletes all apps. */
const RESERVED_SEGMENTS: readonly string[] = ['info', 'tenant'];

function pathOf(id: string): string {
  if (RESERVED_SEGMENTS.includes(id))
    throw new ApiFailure('There is no app with this ID.', { exitCode: exitCodes.notFound });
  return `/clients/${segment(id)}`;
}

const listing: Listing = {
  columns: [
    ['name', ({ name }) => name],
    ['client id', ({ client_id }) => client_id],
    ['enabled', ({ enabled }) => enabled],
    ['scopes', ({ scopes }) => scopes],
    ['modified', ({ modified_on }) => modified_on],
  ],
  none: "No apps yet. Register one: grantor clients create --name 'My app' --redirect-uri https://app.example/callback",
};

const SHOWN_ONCE = 'Store the secret: it is not shown again.';

export const clients = withExamples(
  new Command('clients').description('manage apps'),
  "grantor clients create --name 'My app' --redirect-uri https://app.example/callback --scope openid",
  'grantor clients create --from-file app.json --json',
  'grantor clients list --all',
  'grantor clients rotate-secret <id> --overlap 7d',
)
  .addCommand(
    withClientFields(
      apiCommand(
        'create',
        'register an app and show its secret once',
        "grantor clients create --name 'My app' --redirect-uri https://app.example/callback --logo logo.svg",
        "grantor clients create --name 'My app' --redirect-uri https://app.example/callback --audience https://api.example --scope files:read",
        "jq '{name, redirect_uris: .callbacks}' app.json | grantor clients create --from-file - --json",
      ),
    )
      .option('--client-id <id>', 'its ID; default: generated')
      .action(async (options: FieldOptions & ApiOptions & { clientId?: string }) => {
        const body = { ...clientFields(options), ...(options.clientId && { client_id: options.clientId }) };
        printNewClient(options, await callApi(options, 'POST', '/clients', { body }));
      }),
  )
  .addCommand(
    listCommand(
      'list the apps, newest first',
      'grantor clients list --limit 10',
      "grantor clients list --all --json | jq -r '.[].client_id'",
    ).action((options: ListOptions) => printList(options, '/clients', listing)),
  )
  .addCommand(
    ofApp('show', 'show all fields of an app', 'grantor clients show <id> --json | jq .redirect_uris').action(
      async (id: string, options: ApiOptions) => {
        printItem(options, await callApi(options, 'GET', pathOf(id)));
      },
    ),
  )
  .addCommand(
    withClientFields(
      ofApp(
        'update',
        'change the given fields of an app; a list replaces the whole list',
        'grantor clients update <id> --redirect-uri https://app.example/a --redirect-uri https://app.example/b',
        'grantor clients update <id> --logo logo.png',
      ),
    ).action(async (id: string, options: FieldOptions & ApiOptions) => {
      const body = clientFields(options);
      printItem(options, await callApi(options, 'PATCH', pathOf(id), { body }));
    }),
  )
  .addCommand(
    ofApp(
      'rotate-secret',
      'rotate the client secret and show the new one once',
      'grantor clients rotate-secret <id> --overlap 7d',
      'grantor clients rotate-secret <id>   # after a leak: the old secret ends now',
    )
      .option('--overlap <time>', 'how long the previous secret stays valid: 3600, 12h, 7d', seconds)
      .option('--yes', 'do not ask for confirmation')
      .action(async (id: string, options: Confirmed & { overlap?: number }) => {
        const { overlap } = options;
        if (overlap === undefined) {
          await confirm('This ends the current secret and all access of the app at once.', options.yes);
        }
        const body = overlap === undefined ? {} : { overlap_seconds: overlap };
        const response = await callApi(options, 'PATCH', `${pathOf(id)}/regenerate`, { body });
        printItem(options, response, SHOWN_ONCE);
      }),
  )
  .addCommand(activation('disable', 'disable an app and end all its access', false))
  .addCommand(activation('enable', 'enable a disabled app', true))
  .addCommand(
    ofApp('delete', 'delete an app and end all its access', 'grantor clients delete <id> --yes')
      .option('--yes', 'do not ask for confirmation')
      .action(async (id: string, options: Confirmed) => {
        await confirm('This deletes the app and ends all its access.', options.yes);
        printDone(options, await callApi(options, 'DELETE', pathOf(id)), 'deleted');
      }),
  );

function ofApp(name: string, description: string, ...examples: readonly string[]): Command {
  return apiCommand(name, description, ...examples).argument('<id>', ID_HINT);
}

function activation(name: 'disable' | 'enable', description: string, status: boolean): Command {
  return ofApp(name, description, `grantor clients ${name} <id>`).action(
    async (id: string, options: ApiOptions) => {
      const response = await callApi(options, 'PATCH', `${pathOf(id)}/activation`, { body: { status } });
      printDone(options, response, `${name}d`);
    },
  );
}
