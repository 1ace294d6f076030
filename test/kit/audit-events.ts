import type { AuditEvent, Store } from '../../packages/server/src/storage/ports/index.js';

interface Server {
  readonly server: { readonly store: Store };
}

/** The audit trail, newest first. */
export async function newestEvents({ server }: Server): Promise<readonly AuditEvent[]> {
  return (await server.store.audit.list({ limit: 1000, after: null })).items;
}

/** The audit events that some work writes, newest first. */
export async function eventsOf(server: Server, work: () => Promise<unknown>): Promise<AuditEvent[]> {
  const before = new Set((await newestEvents(server)).map(({ id }) => id));
  await work();
  return (await newestEvents(server)).filter(({ id }) => !before.has(id));
}
