import { json } from '../endpoints/endpoint.js';
import type { ClientLogoStore, ClientRecord, ClientStore } from '../storage/ports/index.js';
import {
  belowClients,
  clientId,
  clientPath,
  noSuchClient,
  readClients,
  visible,
} from './client-operations.js';
import { clientPage } from './client-page.js';
import type { ClientResponses } from './client-representation.js';
import { logosOf } from './logos.js';
import { defineOperation, notFound, type Operation } from './operation.js';
import { pageLimit, pageQuery, pageSchema } from './page.js';

/** `/clients/{id}/info` and the like: apps without their settings. */
export function clientInfoApi(
  clients: ClientStore,
  logos: ClientLogoStore,
  responses: ClientResponses,
): readonly Operation[] {
  const logoOf = async (client: ClientRecord) => (await logosOf(logos, [client])).get(client.id);

  const list = defineOperation({
    id: 'listClientInfo',
    method: 'GET',
    paths: belowClients('/info'),
    tag: 'Apps',
    summary: 'List the apps without their settings, newest first',
    description: 'Administrators see all apps. Developers see the apps that they registered.',
    access: readClients,
    query: pageQuery('client', clientId).extend({ limit: pageLimit }),
    responses: { 200: { description: 'A page of apps', schema: pageSchema('client', responses.infoSchema) } },
    async handle(call) {
      return json(200, await clientPage({ clients, logos }, call, responses.representInfo));
    },
  });

  const show = defineOperation({
    id: 'showClientInfo',
    method: 'GET',
    paths: belowClients('/:id/info'),
    tag: 'Apps',
    summary: 'Show an app without its settings',
    access: readClients,
    path: clientPath,
    responses: { 200: { description: 'The app', schema: responses.infoSchema } },
    refusals: noSuchClient,
    async handle({ path, principal }) {
      const client = visible(principal, await clients.find(path.id));
      return json(200, responses.representInfo(client, await logoOf(client)));
    },
  });

  const showPublic = defineOperation({
    id: 'showPublicClientInfo',
    method: 'GET',
    paths: belowClients('/:id/public/info'),
    tag: 'Apps',
    summary: 'Show the public description of an app',
    description: 'The response does not say who created or changed the app.',
    access: 'anyone',
    path: clientPath,
    responses: { 200: { description: 'The app', schema: responses.infoSchema } },
    refusals: { 404: 'Unknown app, or the app is disabled' },
    async handle({ path }) {
      const client = await clients.find(path.id);
      if (client === undefined || !client.enabled) throw notFound('app');
      return json(200, responses.representPublicInfo(client, await logoOf(client)));
    },
  });

  return [list, show, showPublic];
}
