import { ClientMetadataError } from '../protocol/index.js';
import type { Catalogue } from './catalogue.js';

/** The scopes that a client may register for itself: those that need no approval. */
export function freeScopes(allowed: readonly string[] | undefined, catalogue: Catalogue): readonly string[] {
  const names = allowed ?? catalogue.scopes.map(({ name }) => name);
  return names.filter((name) => catalogue.find(name)?.needsApproval === false && catalogue.isOffered(name));
}

/**
 * The scopes that a self-registered client gets: the requested ones that are allowed (RFC 7591 §3.2.1 lets the server
 * choose fewer and requires that the response says so). Never an empty list.
 *
 * @param asked by the client, or the default if it requested none (RFC 7591 §2)
 * @throws ClientMetadataError if none of them is allowed
 */
export function grantableScopes(asked: readonly string[], allowed: readonly string[]): string[] {
  const granted = allowed.filter((name) => asked.includes(name));
  if (granted.length > 0) return granted;
  throw new ClientMetadataError([{ field: 'scope', message: 'has no scope that apps can register for' }]);
}
