import type { ApiResponse } from './api-client.js';
import type { ApiOptions } from './api-command.js';
import { detailsOf } from './output.js';
import { asItem } from './pages.js';

/** The printed fields of a new app: the secret first, since it is not shown again. */
const FIELDS = [
  'client_secret',
  'client_id',
  'name',
  'redirect_uris',
  'scopes',
  'pending_scopes',
  'audience',
  'resources',
] as const;

const SHOWN_ONCE = 'Store the secret: it is not shown again.';

/** Prints a short card of a new app and the command that shows all fields. With `--json`, prints the API's response. */
export function printNewClient(options: ApiOptions, { body, text }: ApiResponse): void {
  if (options.json === true) {
    console.log(text);
    return;
  }
  const client = asItem(body);
  const shown = FIELDS.flatMap((name) => (isEmpty(client[name]) ? [] : [[name, client[name]] as const]));
  console.log(detailsOf(Object.fromEntries(shown)));
  console.log(`\nNext: ${nextCommand(options, String(client.client_id))}`);
  if (client.client_secret !== undefined) console.error(SHOWN_ONCE);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function nextCommand({ url, keyFile }: ApiOptions, id: string): string {
  return [
    'grantor clients show',
    ...(url === undefined ? [] : [`--url ${quoted(url)}`]),
    ...(keyFile === undefined ? [] : [`--key-file ${quoted(keyFile)}`]),
    ...(id.startsWith('-') ? ['--'] : []),
    id,
  ].join(' ');
}

/** An argument as a shell reads it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
