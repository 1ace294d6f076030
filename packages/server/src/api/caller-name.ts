import type { Principal } from '../principals/principal.js';

/**
 * The name under which requests of a caller are counted and stored. All keys of a user share one name, so that more
 * keys do not raise a limit. An app that acts for a user has a name of its own.
 */
export function callerName({ id, credential }: Principal): string {
  return credential.kind === 'access_token' ? `${id} ${credential.client.id}` : id;
}
