import type { Principal } from '../principals/principal.js';

/**
 * Who calls, where requests are counted and remembered. It is the person whichever of their keys they use, so
 * that a key can be exchanged and more keys bring no more; an app that acts for them stands for itself.
 */
export function callerName({ id, credential }: Principal): string {
  return credential.kind === 'access_token' ? `${id} ${credential.client.id}` : id;
}
