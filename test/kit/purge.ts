import { type PurgeDependencies, purge } from '../../packages/server/src/operations/purge.js';
import type { Store } from '../../packages/server/src/storage/ports/index.js';

/** Runs the purge of a server. */
export function purgeAt(
  { server: { store } }: { readonly server: { readonly store: Store } },
  now: number,
  settings: Partial<Omit<PurgeDependencies, 'store' | 'clock'>> = {},
): Promise<number> {
  return purge({
    store,
    clock: () => now,
    accessTokenSeconds: 900,
    refreshRetrySeconds: 30,
    unusedClientSeconds: 86_400,
    auditSeconds: 86_400,
    ...settings,
  });
}
