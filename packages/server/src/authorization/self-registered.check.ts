import type { ResponseType } from '../protocol/index.js';
import type { UncheckedRequest } from './authorization-request.js';
import type { CheckContext } from './check-table.js';

/** Refuses self-registered apps of a client type that the operator no longer allows. */
export async function checkSelfRegistered(
  { client, responseType }: UncheckedRequest & { readonly responseType?: ResponseType },
  { refuseSelfRegistered }: CheckContext,
): Promise<object> {
  await refuseSelfRegistered(client, responseType);
  return {};
}
