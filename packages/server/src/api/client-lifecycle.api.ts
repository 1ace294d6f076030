import { z } from 'zod';
import type { Registration } from '../clients/registration.js';
import type { ClientStore } from '../storage/ports/index.js';
import {
  belowClients,
  changeBy,
  changeRefusals,
  clientPath,
  deletionBy,
  visible,
  withProblems,
  writeClients,
} from './client-operations.js';
import { defineOperation, type Operation } from './operation.js';

export interface ClientLifecycleDependencies {
  readonly clients: ClientStore;
  readonly registration: Registration;
}

const done = { kind: 'json', status: 200, body: undefined } as const;

/** Enabling and disabling an app, and deleting all apps of a developer. */
export function clientLifecycleApi({
  clients,
  registration,
}: ClientLifecycleDependencies): readonly Operation[] {
  const activate = defineOperation({
    id: 'changeClientActivation',
    method: 'PATCH',
    paths: belowClients('/:id/activation'),
    tag: 'Apps',
    summary: 'Enable or disable an app',
    description:
      'Disabling an app ends all access that it was granted. Only an administrator can enable an app that an administrator disabled.',
    access: writeClients,
    path: clientPath,
    body: z
      .strictObject({ status: z.boolean() })
      .meta({ description: '`status` is `true` to enable the app, `false` to disable it' }),
    responses: { 200: { description: 'Changed' } },
    refusals: changeRefusals,
    async handle(call) {
      const { status: enabled } = call.body;
      const change = changeBy(call, enabled ? 'client.enabled' : 'client.disabled');
      visible(call.principal, await withProblems(registration.update(call.path.id, { enabled }, change)));
      return done;
    },
  });

  const removeOwn = defineOperation({
    id: 'deleteOwnClients',
    method: 'DELETE',
    paths: belowClients(''),
    tag: 'Apps',
    summary: 'Delete all apps that you registered',
    access: writeClients,
    responses: { 200: { description: 'Deleted' } },
    async handle(call) {
      await clients.deleteAll(call.principal.id, deletionBy(call));
      return done;
    },
  });

  return [activate, removeOwn];
}
