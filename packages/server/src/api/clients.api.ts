import { z } from 'zod';
import { ClientMetadataError } from '../clients/metadata/error.js';
import { clientChangesSchema, newClientSchema } from '../clients/metadata.js';
import type { Registration } from '../clients/registration.js';
import { type Answer, type Endpoint, type Incoming, json } from '../endpoints/endpoint.js';
import type { ClientStore, PageCursor } from '../storage/ports/index.js';
import { representClient } from './client-representation.js';
import { Problem } from './problem.js';
import { readJson } from './read-json.js';

/** `/clients`: the apps, as documents to create, read, change and delete. */
export interface ClientsApi {
  readonly create: Endpoint;
  readonly list: Endpoint;
  readonly show: Endpoint;
  readonly update: Endpoint;
  readonly remove: Endpoint;
}

export function createClientsApi(clients: ClientStore, registration: Registration): ClientsApi {
  return {
    async create({ body }) {
      const registered = await withProblems(registration.register(readJson(body, newClientSchema)));
      if (registered === 'idTaken') {
        throw new Problem(409, 'There is a client with this client_id', {
          errors: [{ field: 'client_id', message: 'is taken' }],
        });
      }
      const { client, secret } = registered;
      return json(201, { ...representClient(client), client_secret: secret });
    },
    async list({ query }) {
      const { limit, after } = readPageQuery(query);
      const page = await clients.list({ limit, after });
      return json(200, {
        data: page.items.map(representClient),
        limit,
        last_client_id: page.next?.id ?? null,
        last_created_on: page.next === null ? null : new Date(page.next.createdAt * 1000).toISOString(),
      });
    },
    async show(incoming) {
      return foundOr404(await clients.find(clientIdOf(incoming)));
    },
    async update(incoming) {
      const changes = readJson(incoming.body, clientChangesSchema, READ_ONLY_FIELDS);
      const updated = await withProblems(registration.update(clientIdOf(incoming), changes));
      return foundOr404(updated === 'missing' ? undefined : updated);
    },
    async remove(incoming) {
      if ((await clients.delete(clientIdOf(incoming))) === 'missing') throw unknownClient();
      return { kind: 'json', status: 200, body: undefined };
    },
  };
}

/** What a client's ID can be, chosen or made. */
const CLIENT_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** What an answer has beyond what may be changed; passed over, so that an answer can be sent back as an update. */
const READ_ONLY_FIELDS = ['id', 'client_id', 'created_on', 'modified_on'] as const;

const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(30),
  last_client_id: z.string().regex(CLIENT_ID, 'is not the last_client_id of a page').optional(),
  last_created_on: z.iso.datetime({ offset: true }).optional(),
});

function readPageQuery(query: string): { limit: number; after: PageCursor | null } {
  const result = pageQuerySchema.safeParse(Object.fromEntries(new URLSearchParams(query)));
  if (!result.success) {
    throw new Problem(400, 'Validation failed', {
      errors: result.error.issues.map(({ path, message }) => ({
        field: path.map(String).join('.'),
        message,
      })),
    });
  }
  const { limit, last_client_id: id, last_created_on: createdOn } = result.data;
  if ((id === undefined) !== (createdOn === undefined)) {
    throw new Problem(400, 'Send last_client_id and last_created_on together, as the page before gave them');
  }
  const after =
    id === undefined || createdOn === undefined
      ? null
      : { id, createdAt: Math.floor(Date.parse(createdOn) / 1000) };
  return { limit, after };
}

/** What a client cannot be registered with, as a problem document. */
async function withProblems<T>(registering: Promise<T>): Promise<T> {
  try {
    return await registering;
  } catch (error) {
    if (!(error instanceof ClientMetadataError)) throw error;
    throw new Problem(400, 'Validation failed', { errors: error.problems });
  }
}

/** An ID that no client can have is looked up no further than this. */
function clientIdOf({ path }: Incoming): string {
  const { id = '' } = path;
  if (!CLIENT_ID.test(id)) throw unknownClient();
  return id;
}

function foundOr404(client: Parameters<typeof representClient>[0] | undefined): Answer {
  if (client === undefined) throw unknownClient();
  return json(200, representClient(client));
}

function unknownClient(): Problem {
  return new Problem(404, 'There is no client with this ID');
}
