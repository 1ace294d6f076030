import type { DynamicClientStore } from '../storage/ports/index.js';

/**
 * Whether the user is asked before an error, or a sign-out without a session, leads to a client. A self-registered
 * client may have registered any address, and would make this server an open redirector (RFC 9700 §4.11.2).
 */
export type AsksBeforeRedirect = (clientId: string) => Promise<boolean>;

export function createAsksBeforeRedirect(
  setting: 'on' | 'off',
  clients: DynamicClientStore,
): AsksBeforeRedirect {
  return async (clientId) => setting === 'on' && clients.isDynamic(clientId);
}
