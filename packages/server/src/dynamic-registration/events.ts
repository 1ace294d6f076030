import { changesBetween } from '../audit/changes.js';
import { appActor, type CreateEvent } from '../audit/events.js';
import type { ClientRecord, Note } from '../storage/ports/index.js';

/** The actor and the address of an app that registers, changes or deletes itself. */
export interface SelfRegistrar {
  readonly via: 'open_registration' | 'initial_access_token' | 'registration_access_token';
  readonly address: string;
}

const MOST_HOSTS = 10;
const LONGEST_HOST = 253;

/**
 * The audit event of an app that registers itself. It has few fields, because unauthenticated clients choose the size
 * of the metadata and events are kept longer than unused apps.
 */
export function selfRegistrationEvents(createEvent: CreateEvent, { via, address }: SelfRegistrar) {
  const about = (client: ClientRecord) => ({
    actor: appActor(client),
    via,
    address,
    target: { type: 'client', id: client.id },
    clientId: client.id,
  });
  const registered: Note<ClientRecord> = (client) =>
    createEvent({ type: 'client.registered', ...about(client), after: summaryOf(client) });
  const updated =
    (before: ClientRecord): Note<ClientRecord> =>
    (client) =>
      createEvent({
        type: 'client.updated',
        ...about(client),
        ...changesBetween(summaryOf(before), summaryOf(client)),
      });
  const deleted: Note<ClientRecord> = (client) =>
    createEvent({ type: 'client.deleted', ...about(client), before: summaryOf(client) });
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
