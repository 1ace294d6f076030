import { belowClients, deletionBy } from '../../api/client-operations.js';
import { defineOperation, type Operation } from '../../api/operation.js';
import type { ClientStore } from '../../storage/ports/index.js';

/** `DELETE /clients/tenant`: DocSpace's way to delete all apps of a tenant. There is one tenant. */
export function clientsOfTenantApi(clients: Pick<ClientStore, 'deleteAll'>): readonly Operation[] {
  const removeAll = defineOperation({
    id: 'deleteAllClients',
    method: 'DELETE',
    paths: belowClients('/tenant'),
    tag: 'Apps',
    summary: 'Delete all apps of all developers',
    access: { role: 'administrator', scope: 'grantor.clients:write' },
    responses: { 200: { description: 'Deleted' } },
    async handle(call) {
      await clients.deleteAll(null, deletionBy(call));
      return { kind: 'json', status: 200, body: undefined };
    },
  });
  return [removeAll];
}
