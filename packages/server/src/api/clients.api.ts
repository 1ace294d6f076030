import { operatorFieldsSet } from '../clients/operator-fields.js';
import type { Registration } from '../clients/registration.js';
import { json } from '../endpoints/endpoint.js';
import type { Principal } from '../principals/principal.js';
import { mayApproveScope } from '../principals/scope-approval.js';
import type { ClientCaps, ClientLogoStore, ClientStore } from '../storage/ports/index.js';
import {
  belowClients,
  changeBy,
  changeRefusals,
  clientId,
  clientPath,
  deletionBy,
  noSuchClient,
  readClients,
  refuseOperatorFields,
  registrantOf,
  visible,
  withProblems,
  writeClients,
} from './client-operations.js';
import { clientPage } from './client-page.js';
import {
  type ClientFormat,
  type ClientResponses,
  etagOfClient,
  READ_ONLY_FIELDS,
  representClient,
} from './client-representation.js';
import { refuseMismatch } from './etag.js';
import { clientResponse } from './logos.js';
import { defineOperation, notFound, type Operation } from './operation.js';
import { pageQuery, pageSchema } from './page.js';
import { Problem } from './problem.js';

/** Enough for a logo, which base64 makes a third longer, and all other fields. */
const MAX_BODY_BYTES = 512 * 1024;

const all = belowClients('');
const one = belowClients('/:id');

export interface ClientsApiDependencies {
  readonly clients: ClientStore;
  readonly logos: ClientLogoStore;
  readonly format: ClientFormat;
  readonly responses: ClientResponses;
  readonly registration: Registration;
  /** The most apps that one developer may have, and all developers together; 0 means no limit. */
  readonly caps: { readonly perDeveloper: number; readonly total: number };
}

/** `/clients`: create, read, change and delete apps. */
export function clientsApi({
  clients,
  logos,
  format,
  responses,
  registration,
  caps,
}: ClientsApiDependencies): readonly Operation[] {
  const capsOf = ({ role }: Principal): ClientCaps => ({
    ...(role === 'administrator' || caps.perDeveloper === 0 ? {} : { perCreator: caps.perDeveloper }),
    ...(caps.total === 0 ? {} : { total: caps.total }),
  });

  const create = defineOperation({
    id: 'createClient',
    method: 'POST',
    paths: all,
    tag: 'Apps',
    summary: 'Register an app',
    access: writeClients,
    body: format.newClient,
    maxBodyBytes: MAX_BODY_BYTES,
    responses: {
      201: {
        description: 'The app with its secret, which is shown only in this response',
        schema: responses.newClientSchema,
      },
    },
    refusals: { 409: '`client_id` is taken' },
    async handle({ body, principal, event }) {
      const chosen = body.client_id === undefined ? [] : ['client_id'];
      const registered = await withProblems(
        registration.register(body, {
          registrant: registrantOf(principal),
          createdBy: principal.id,
          creator: principal.account?.id,
          mayApprove: (scope) => mayApproveScope(principal, scope),
          caps: capsOf(principal),
          inspect: (client) =>
            refuseOperatorFields(principal, [...chosen, ...operatorFieldsSet(undefined, client)]),
          note: (client) =>
            event({
              type: 'client.created',
              clientId: client.id,
              target: { type: 'client', id: client.id },
              after: representClient(client),
            }),
        }),
      );
      if (registered === 'idTaken') {
        throw new Problem(409, 'client_id is taken: send another one, or leave it out', {
          errors: [{ field: 'client_id', code: 'taken', message: 'is taken' }],
        });
      }
      if (registered === 'creatorFull') {
        throw new Problem(
          400,
          `You have ${caps.perDeveloper} apps, which is the limit for one developer. Delete one first`,
        );
      }
      if (registered === 'full') {
        throw new Problem(400, `This server has ${caps.total} apps, which is its limit. Delete one first`);
      }
      return clientResponse({ logos, responses }, 201, registered.client, {
        client_secret: registered.secret,
      });
    },
  });

  const list = defineOperation({
    id: 'listClients',
    method: 'GET',
    paths: all,
    tag: 'Apps',
    summary: 'List the apps, newest first',
    description: 'Administrators see all apps. Developers see the apps that they registered.',
    access: readClients,
    query: pageQuery('client', clientId),
    responses: { 200: { description: 'A page of apps', schema: pageSchema('client', responses.schema) } },
    async handle(call) {
      return json(200, await clientPage({ clients, logos }, call, responses.represent));
    },
  });

  const show = defineOperation({
    id: 'showClient',
    method: 'GET',
    paths: one,
    tag: 'Apps',
    summary: 'Show an app',
    access: readClients,
    path: clientPath,
    responses: { 200: { description: 'The app', schema: responses.schema } },
    refusals: noSuchClient,
    async handle({ path, principal }) {
      return clientResponse({ logos, responses }, 200, visible(principal, await clients.find(path.id)));
    },
  });

  const update = (method: 'PUT' | 'PATCH') =>
    defineOperation({
      id: method === 'PUT' ? 'updateClient' : 'patchClient',
      method,
      paths: one,
      tag: 'Apps',
      summary: 'Change an app',
      description: 'Fields that are left out keep their value. `null` removes an optional field.',
      access: writeClients,
      path: clientPath,
      body: format.changes,
      maxBodyBytes: MAX_BODY_BYTES,
      readOnlyFields: [...READ_ONLY_FIELDS, ...format.readOnlyFields],
      responses: { 200: { description: 'The changed app', schema: responses.schema } },
      refusals: changeRefusals,
      async handle(call) {
        const updated = await withProblems(
          registration.update(call.path.id, call.body, changeBy(call, 'client.updated')),
        );
        return clientResponse({ logos, responses }, 200, visible(call.principal, updated));
      },
    });

  const remove = defineOperation({
    id: 'deleteClient',
    method: 'DELETE',
    paths: one,
    tag: 'Apps',
    summary: 'Delete an app and end all access that it was granted',
    access: writeClients,
    path: clientPath,
    responses: { 200: { description: 'Deleted' } },
    refusals: changeRefusals,
    async handle(call) {
      const { path, principal, incoming } = call;
      const outcome = await clients.delete(path.id, (client) => {
        visible(principal, client);
        refuseMismatch(incoming.headers, etagOfClient(client));
        return deletionBy(call)(client);
      });
      if (outcome === 'missing') throw notFound('app');
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  return [list, create, show, update('PUT'), update('PATCH'), remove];
}
