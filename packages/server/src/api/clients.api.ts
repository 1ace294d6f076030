import { z } from 'zod';
import { changesBetween } from '../audit/changes.js';
import { ClientMetadataError } from '../clients/metadata/error.js';
import { clientChangesSchema, newClientSchema } from '../clients/metadata.js';
import type { Registration, Revising } from '../clients/registration.js';
import { json } from '../endpoints/endpoint.js';
import { isTheirs, type Principal } from '../principals/principal.js';
import type { ClientRecord, ClientStore } from '../storage/ports/index.js';
import { clientSchema, representClient } from './client-representation.js';
import { etagOf, refuseStale } from './etag.js';
import { type Call, defineOperation, notFound, type Operation } from './operation.js';
import { pageQuery, pageSchema, pageStart, representPage } from './page.js';
import { Problem } from './problem.js';
import { codeOf } from './read-json.js';

/** What a client's ID can be, chosen or made. */
const clientId = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'is not the ID of a client');
const clientPath = z.object({ id: clientId });

const all = ['/api/2.0/clients', '/api/2.0/oauth2/clients'] as const;
const one = ['/api/2.0/clients/:id', '/api/2.0/oauth2/clients/:id'] as const;

/** What an answer has beyond what may be changed; passed over, so that an answer can be sent back as an update. */
const READ_ONLY_FIELDS = [
  'id',
  'client_id',
  'created_on',
  'created_by',
  'modified_on',
  'modified_by',
] as const;

const read = { role: 'developer', scope: 'grantor.clients:read' } as const;
const write = { role: 'developer', scope: 'grantor.clients:write' } as const;

export interface ClientsApiDependencies {
  readonly clients: ClientStore;
  readonly registration: Registration;
}

/** `/clients`: the apps, as documents to create, read, change and delete. */
export function clientsApi({ clients, registration }: ClientsApiDependencies): readonly Operation[] {
  const create = defineOperation({
    id: 'createClient',
    method: 'POST',
    paths: all,
    tag: 'Apps',
    summary: 'Register an app',
    access: write,
    body: newClientSchema,
    answers: { 201: { description: 'The app, with its secret this once', schema: clientSchema } },
    refusals: { 409: 'There is an app with this client_id' },
    async handle({ body, principal, event }) {
      const registered = await withProblems(
        registration.register(body, {
          createdBy: principal.id,
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
        throw new Problem(409, 'There is a client with this client_id', {
          errors: [{ field: 'client_id', code: 'ErrorPattern', message: 'is taken' }],
        });
      }
      if (registered === 'creatorFull' || registered === 'full')
        throw new Problem(400, 'There are too many apps');
      const { client, secret } = registered;
      const representation = representClient(client);
      const headers = { etag: etagOf(representation) };
      return json(201, { ...representation, client_secret: secret }, headers);
    },
  });

  const list = defineOperation({
    id: 'listClients',
    method: 'GET',
    paths: all,
    tag: 'Apps',
    summary: 'List the apps, newest first',
    description: 'Administrators see all apps, developers those that they registered.',
    access: read,
    query: pageQuery('client', clientId),
    answers: { 200: { description: 'A page of apps', schema: pageSchema('client', clientSchema) } },
    async handle({ query, principal }) {
      const after = pageStart('client', query.last_client_id, query.last_created_on);
      const owner = principal.role === 'administrator' ? undefined : principal.id;
      const page = await clients.list({ limit: query.limit, after }, owner);
      return json(200, representPage('client', page, query.limit, representClient));
    },
  });

  const show = defineOperation({
    id: 'showClient',
    method: 'GET',
    paths: one,
    tag: 'Apps',
    summary: 'Show an app',
    access: read,
    path: clientPath,
    answers: { 200: { description: 'The app', schema: clientSchema } },
    refusals: { 404: 'There is no such app among those that you may see' },
    async handle({ path, principal }) {
      const representation = representClient(visible(principal, await clients.find(path.id)));
      return json(200, representation, { etag: etagOf(representation) });
    },
  });

  const update = (method: 'PUT' | 'PATCH') =>
    defineOperation({
      id: method === 'PUT' ? 'updateClient' : 'patchClient',
      method,
      paths: one,
      tag: 'Apps',
      summary: 'Change an app',
      description: 'What you leave out stays as it is; null takes an optional field back.',
      access: write,
      path: clientPath,
      body: clientChangesSchema,
      readOnlyFields: READ_ONLY_FIELDS,
      answers: { 200: { description: 'The app as it is now', schema: clientSchema } },
      refusals: {
        404: 'There is no such app among those that you may see',
        412: 'Somebody has changed the app since you read it',
      },
      async handle(call) {
        const updated = await withProblems(
          registration.update(call.path.id, call.body, changeBy(call, 'client.updated')),
        );
        const representation = representClient(visible(call.principal, updated));
        return json(200, representation, { etag: etagOf(representation) });
      },
    });

  const remove = defineOperation({
    id: 'deleteClient',
    method: 'DELETE',
    paths: one,
    tag: 'Apps',
    summary: 'Delete an app, with all access that was given to it',
    access: write,
    path: clientPath,
    answers: { 200: { description: 'It is gone' } },
    refusals: {
      404: 'There is no such app among those that you may see',
      412: 'Somebody has changed the app since you read it',
    },
    async handle({ path, principal, incoming, event }) {
      const outcome = await clients.delete(path.id, (client) => {
        const before = representClient(visible(principal, client));
        refuseStale(incoming.headers, before);
        return event({
          type: 'client.deleted',
          clientId: client.id,
          target: { type: 'client', id: client.id },
          before,
        });
      });
      if (outcome === 'missing') throw notFound('app');
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  return [list, create, show, update('PUT'), update('PATCH'), remove];
}

/** What holds for every change of a client: it is the caller's, it is as they saw it, and it is remembered. */
function changeBy(
  { principal, incoming, event }: Pick<Call<never, never, never>, 'principal' | 'incoming' | 'event'>,
  type: `client.${string}`,
): Revising {
  let before: Record<string, unknown> = {};
  return {
    modifiedBy: principal.id,
    inspect(client) {
      before = representClient(visible(principal, client));
      refuseStale(incoming.headers, before);
    },
    note: (client) =>
      event({
        type,
        clientId: client.id,
        target: { type: 'client', id: client.id },
        ...changesBetween(before, representClient(client)),
      }),
  };
}

/** @throws Problem 404 where there is none, or it is not the caller's to see */
function visible(principal: Principal, client: ClientRecord | 'missing' | undefined): ClientRecord {
  if (client === undefined || client === 'missing' || !isTheirs(principal, client.createdBy)) {
    throw notFound('app');
  }
  return client;
}

/** What a client cannot be registered with, as a problem document. */
async function withProblems<T>(registering: Promise<T>): Promise<T> {
  try {
    return await registering;
  } catch (error) {
    if (!(error instanceof ClientMetadataError)) throw error;
    throw new Problem(400, 'Validation failed', {
      errors: error.problems.map((problem) => ({ ...problem, code: codeOf(problem.field) })),
    });
  }
}
