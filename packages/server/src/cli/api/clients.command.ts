import { Command } from 'commander';
import { withExamples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { ApiFailure } from './api-client.js';
import {
  type ApiOptions,
  apiCommand,
  callApi,
  type ListOptions,
  listCommand,
  seconds,
  segment,
} from './api-command.js';
import { printNewClient } from './client-card.js';
import { clientFields, type FieldOptions, withClientFields } from './client-fields.js';
import { confirm } from './confirm.js';
import { type Listing, printDone, printItem, printList } from './printing.js';

/** Old ones, and those that somebody chose, may look like options. */
const AN_ID = 'after -- where it begins with a hyphen';

type Confirmed = ApiOptions & { readonly yes?: boolean };

/** Words that stand where an ID would; `DELETE /clients/tenant` is all apps. No app has them as its ID. */
const WORDS: readonly string[] = ['info', 'tenant'];

function pathOf(id: string): string {
  if (WORDS.includes(id))
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

const SHOWN_ONCE = 'Keep the secret: it is not shown again.';

export const clients = withExamples(
  new Command('clients').description('apps: register, show and change them on a running server'),
  "grantor clients create --name 'My app' --redirect-uri https://app.example/callback --scope openid",
  'grantor clients create --from-file app.json --json',
  'grantor clients list --all',
  'grantor clients rotate-secret <id> --overlap 7d',
)
  .addCommand(
    withClientFields(
      apiCommand(
        'create',
        'register an app, and show its secret this once',
        "grantor clients create --name 'My app' --redirect-uri https://app.example/callback --logo logo.svg",
        "grantor clients create --name 'My app' --redirect-uri https://app.example/callback --audience https://api.example --scope files:read",
        "jq '{name, redirect_uris: .callbacks}' app.json | grantor clients create --from-file - --json",
      ),
    )
      .option('--client-id <id>', 'its ID; one is made unless set')
      .action(async (options: FieldOptions & ApiOptions & { clientId?: string }) => {
        const body = { ...clientFields(options), ...(options.clientId && { client_id: options.clientId }) };
        printNewClient(options, await callApi(options, 'POST', '/clients', { body }));
      }),
  )
  .addCommand(
    listCommand(
      'show which apps there are, newest first',
      'grantor clients list --limit 10',
      "grantor clients list --all --json | jq -r '.[].client_id'",
    ).action((options: ListOptions) => printList(options, '/clients', listing)),
  )
  .addCommand(
    ofApp('show', 'show all of an app', 'grantor clients show <id> --json | jq .redirect_uris').action(
      async (id: string, options: ApiOptions) => {
        printItem(options, await callApi(options, 'GET', pathOf(id)));
      },
    ),
  )
  .addCommand(
    withClientFields(
      ofApp(
        'update',
        'change what you name of an app; a list is replaced as a whole',
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
      'give an app a new secret, and show it this once',
      'grantor clients rotate-secret <id> --overlap 7d',
      'grantor clients rotate-secret <id>   # it leaked: the old one ends now',
    )
      .option('--overlap <time>', 'how long the secret before is good too: 3600, 12h, 7d', seconds)
      .option('--yes', 'do not ask')
      .action(async (id: string, options: Confirmed & { overlap?: number }) => {
        const { overlap } = options;
        if (overlap === undefined) {
          await confirm('The secret ends at once, and all access that was given to the app.', options.yes);
        }
        const body = overlap === undefined ? {} : { overlap_seconds: overlap };
        const answer = await callApi(options, 'PATCH', `${pathOf(id)}/regenerate`, { body });
        printItem(options, answer, SHOWN_ONCE);
      }),
  )
  .addCommand(activation('disable', 'end all access of an app, and let it ask for none', false))
  .addCommand(activation('enable', 'let a disabled app ask for access again', true))
  .addCommand(
    ofApp(
      'delete',
      'delete an app, with all access that was given to it',
      'grantor clients delete <id> --yes',
    )
      .option('--yes', 'do not ask')
      .action(async (id: string, options: Confirmed) => {
        await confirm('The app will be gone, and all access that was given to it.', options.yes);
        printDone(options, await callApi(options, 'DELETE', pathOf(id)), 'deleted');
      }),
  );

function ofApp(name: string, description: string, ...examples: readonly string[]): Command {
  return apiCommand(name, description, ...examples).argument('<id>', AN_ID);
}

function activation(name: 'disable' | 'enable', description: string, status: boolean): Command {
  return ofApp(name, description, `grantor clients ${name} <id>`).action(
    async (id: string, options: ApiOptions) => {
      const answer = await callApi(options, 'PATCH', `${pathOf(id)}/activation`, { body: { status } });
      printDone(options, answer, `${name}d`);
    },
  );
}
