import { ClientMetadataError } from '../clients/metadata/error.js';
import type { Catalogue } from './catalogue.js';

/** The scopes that a client may register for itself: none that an administrator must give. */
export function freeScopes(allowed: readonly string[] | undefined, catalogue: Catalogue): readonly string[] {
  const names = allowed ?? catalogue.scopes.map(({ name }) => name);
  return names.filter((name) => catalogue.find(name)?.needsApproval === false && catalogue.isOffered(name));
}

/**
 * The scopes that a client gets of those it asks for: never more than it may have (RFC 7591 §3.2.1 lets the
 * server choose less and demands that it says so), and never an empty list.
 *
 * @param asked by the client, or what it gets where it did not ask (RFC 7591 §2)
 * @throws ClientMetadataError where nothing of it is to be had
 */
export function grantableScopes(asked: readonly string[], allowed: readonly string[]): string[] {
  const granted = allowed.filter((name) => asked.includes(name));
  if (granted.length > 0) return granted;
  throw new ClientMetadataError([{ field: 'scope', message: 'has no scope that apps can register for' }]);
}
