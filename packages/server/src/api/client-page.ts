import type { Principal } from '../principals/principal.js';
import type { ClientLogoStore, ClientRecord, ClientStore } from '../storage/ports/index.js';
import { logosOf } from './logos.js';
import { pageStart, representPage } from './page.js';

/** The query of a page of apps. */
export interface ClientPageQuery {
  readonly limit: number;
  readonly last_client_id?: string | undefined;
  readonly last_created_on?: string | undefined;
}

/**
 * A page of the apps that the caller may see: all for administrators, their own for developers.
 *
 * @param represent the representation of one app with its logo
 */
export async function clientPage(
  { clients, logos }: { readonly clients: ClientStore; readonly logos: ClientLogoStore },
  { query, principal }: { readonly query: ClientPageQuery; readonly principal: Principal },
  represent: (client: ClientRecord, logo: string | undefined) => Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const after = pageStart('client', query.last_client_id, query.last_created_on);
  const owner = principal.role === 'administrator' ? undefined : principal.id;
  const page = await clients.list({ limit: query.limit, after }, owner);
  const shown = await logosOf(logos, page.items);
  return representPage('client', page, query.limit, (client) => represent(client, shown.get(client.id)));
}
