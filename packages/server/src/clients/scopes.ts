import type { ClientRecord } from '../storage/ports/index.js';

/** Whether the client is registered for this scope; one that is registered for none may ask for any. */
export function isRegisteredFor(client: ClientRecord, scope: string): boolean {
  return client.scopes.length === 0 || client.scopes.includes(scope);
}
