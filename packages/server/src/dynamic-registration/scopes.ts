import { ClientMetadataError } from '../clients/metadata/error.js';
import { scopeCatalogue } from '../consents/scope-catalogue.js';

/**
 * The scopes that a client gets of those it asks for: never more than it may have (RFC 7591 §3.2.1 lets the
 * server choose less and demands that it says so), and never an empty list, which would mean all.
 *
 * @param asked undefined where it did not ask, and gets what it may have (RFC 7591 §2)
 * @param allowed undefined for every scope of this deployment
 * @throws ClientMetadataError where nothing of it is to be had
 */
export function grantableScopes(
  asked: readonly string[] | undefined,
  allowed: readonly string[] = scopeCatalogue.map(({ name }) => name),
): string[] {
  const granted = allowed.filter((name) => asked === undefined || asked.includes(name));
  if (granted.length > 0) return granted;
  throw new ClientMetadataError([{ field: 'scope', message: 'has no scope that apps can register for' }]);
}
