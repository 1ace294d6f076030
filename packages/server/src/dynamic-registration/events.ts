import { changesBetween } from '../audit/changes.js';
import { appAs, type DescribeEvent } from '../audit/events.js';
import type { ClientRecord, Note } from '../storage/ports/index.js';

/** How an app that registers, changes or deletes itself is known, and where it asks from. */
export interface SelfRegistrar {
  readonly via: 'open_registration' | 'initial_access_token' | 'registration_access_token';
  readonly address: string;
}

const MOST_HOSTS = 10;
const LONGEST_HOST = 253;

/**
 * The audit event of an app that registers itself. It has few fields, since strangers choose the size of the metadata and
 * events are kept longer than unused apps.
 */
export function selfRegistrationEvents(describe: DescribeEvent, { via, address }: SelfRegistrar) {
  const about = (client: ClientRecord) => ({
    actor: appAs(client),
    via,
    address,
    target: { type: 'client', id: client.id },
    clientId: client.id,
  });
  const registered: Note<ClientRecord> = (client) =>
    describe({ type: 'client.registered', ...about(client), after: summaryOf(client) });
  const updated =
    (before: ClientRecord): Note<ClientRecord> =>
    (client) =>
      describe({
        type: 'client.updated',
        ...about(client),
        ...changesBetween(summaryOf(before), summaryOf(client)),
      });
  const deleted: Note<ClientRecord> = (client) =>
    describe({ type: 'client.deleted', ...about(client), before: summaryOf(client) });
  return { registered, updated, deleted };
}

function summaryOf(client: ClientRecord): Record<string, unknown> {
  const hosts = client.redirectUris.map((uri) => (URL.parse(uri)?.host ?? '').slice(0, LONGEST_HOST));
  return {
    name: client.name,
    redirect_hosts: [...new Set(hosts)].slice(0, MOST_HOSTS),
    grant_types: client.grantTypes,
    scopes: client.scopes,
    token_endpoint_auth_method: client.authenticationMethod,
  };
}
