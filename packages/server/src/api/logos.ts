import type { ClientLogoStore, ClientRecord } from '../storage/ports/index.js';

/** The logos of these clients, by client: one query for all of them, and none where no client has one. */
export async function logosOf(
  logos: ClientLogoStore,
  clients: readonly ClientRecord[],
): Promise<ReadonlyMap<string, string>> {
  const ids = clients.filter(({ metadata }) => metadata.logo_uri !== undefined).map(({ id }) => id);
  return ids.length === 0 ? new Map() : logos.findAll(ids);
}
