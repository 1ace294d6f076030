import { type JsonResponse, json } from '../endpoints/endpoint.js';
import type { ClientLogoStore, ClientRecord } from '../storage/ports/index.js';
import { etagOfClient, representClient } from './client-representation.js';

/** The logos of these clients, by client: one query for all of them, and none where no client has one. */
export async function logosOf(
  logos: ClientLogoStore,
  clients: readonly ClientRecord[],
): Promise<ReadonlyMap<string, string>> {
  const ids = clients.filter(({ metadata }) => metadata.logo_uri !== undefined).map(({ id }) => id);
  return ids.length === 0 ? new Map() : logos.findAll(ids);
}

/**
 * Answers with an app as it is now: with its logo, without which the answer, sent back as a change, would take it
 * away; and with its tag.
 *
 * @param more what this answer alone has
 */
export async function clientResponse(
  logos: ClientLogoStore,
  status: number,
  client: ClientRecord,
  more: Readonly<Record<string, unknown>> = {},
): Promise<JsonResponse> {
  const logo = (await logosOf(logos, [client])).get(client.id);
  return json(status, { ...representClient(client, logo), ...more }, { etag: etagOfClient(client) });
}
