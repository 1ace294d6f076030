import { type JsonResponse, json } from '../endpoints/endpoint.js';
import type { ClientLogoStore, ClientRecord } from '../storage/ports/index.js';
import { type ClientResponses, etagOfClient } from './client-representation.js';

/** The logos of clients, by client ID. Makes one query, or none if no client has a logo. */
export async function logosOf(
  logos: ClientLogoStore,
  clients: readonly ClientRecord[],
): Promise<ReadonlyMap<string, string>> {
  const ids = clients.filter(({ metadata }) => metadata.logo_uri !== undefined).map(({ id }) => id);
  return ids.length === 0 ? new Map() : logos.findAll(ids);
}

/**
 * A response with an app, its logo and its entity tag. Without the logo, sending the response back as an update would
 * remove it.
 *
 * @param more further members of this response
 */
export async function clientResponse(
  { logos, responses }: { readonly logos: ClientLogoStore; readonly responses: ClientResponses },
  status: number,
  client: ClientRecord,
  more: Readonly<Record<string, unknown>> = {},
): Promise<JsonResponse> {
  const logo = (await logosOf(logos, [client])).get(client.id);
  return json(status, { ...responses.represent(client, logo), ...more }, { etag: etagOfClient(client) });
}
