import { sha256 } from '../crypto/hash.js';
import type { ClientRecord } from '../storage/ports/index.js';

/**
 * The registered fields in the order in which they are hashed. A fingerprint is stored: with another list or order,
 * existing clients are not recognized.
 */
const registered = [
  'accessTokenFormat',
  'audience',
  'authenticationMethod',
  'compatibility',
  'grantTypes',
  'idTokenAlgorithm',
  'metadata',
  'name',
  'redirectUris',
  'responseTypes',
  'scopes',
  // Null for every client that has a fingerprint.
  'sealedSecret',
  'secretHash',
] as const satisfies readonly (keyof ClientRecord)[];

/**
 * The hash of the registered fields, which recognizes a second registration of the same client. Only public clients
 * have one: the secret of a confidential client was sent to one party, so a second registration with the same
 * metadata is another client.
 *
 * @returns null for a confidential client
 */
export function fingerprintOf(client: ClientRecord): string | null {
  if (client.authenticationMethod !== 'none') return null;
  const fields = registered.map((field) => [field, client[field]]);
  const metadata = Object.entries(client.metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([...fields, ...metadata]));
}
