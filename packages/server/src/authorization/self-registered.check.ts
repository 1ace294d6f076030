import type { ResponseType } from '../protocol/index.js';
import type { UncheckedRequest } from './authorization-request.js';
import type { CheckContext } from './check-table.js';

/** Refuses apps that registered themselves as something that the operator allows no longer. */
export async function checkSelfRegistered(
  { client, responseType }: UncheckedRequest & { readonly responseType?: ResponseType },
  { refuseSelfRegistered }: CheckContext,
): Promise<object> {
  await refuseSelfRegistered(client, responseType);
  return {};
}
