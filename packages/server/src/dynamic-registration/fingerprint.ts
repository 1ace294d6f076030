import { sha256 } from '../crypto/hash.js';
import type { ClientRecord } from '../storage/ports/index.js';

/**
 * What two registrations of the same client have in common: all of it but its name in our books.
 *
 * Only public clients have one. A client with credentials is one party's alone, whatever it is called, and
 * its secret was told to that party; a public client is nothing but what it registered.
 *
 * @returns null for a client that is never recognised
 */
export function fingerprintOf(client: ClientRecord): string | null {
  if (client.authenticationMethod !== 'none') return null;
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, enabled: _enabled, ...unnamed } = client;
  // What others did with it since is no part of what it registered either.
  const { createdBy: _createdBy, modifiedBy: _modifiedBy, isSuspended: _isSuspended, ...own } = unnamed;
  const { previousSecret: _secret, credentialsVersion: _version, scopeRequests: _requests, ...rest } = own;
  const ordered = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const metadata = Object.entries(rest.metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([...ordered, ...metadata]));
}
