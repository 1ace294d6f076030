import { OAuthError, type Parameters, parseResources, resourceKey } from '@grantor/protocol';
import type { GrantRecord } from '../storage/ports/index.js';

/**
 * Whom an access token from this grant is for: the resources that were granted, or those of them that the
 * request names (RFC 8707 §2.2). Where none was asked for at the start, the grant's audience is the one.
 *
 * @throws OAuthError `invalid_target` where the request names a resource that was not granted
 */
export function narrowedAudience(parameters: Parameters, grant: GrantRecord): readonly string[] {
  const granted = grant.details.resources ?? [grant.audience];
  const asked = parseResources(parameters.resource);
  if (asked.length === 0) return granted;
  const keys = new Set(asked.map(resourceKey));
  const narrowed = granted.filter((resource) => keys.delete(resourceKey(resource)));
  if (keys.size > 0) {
    throw new OAuthError(
      'invalid_target',
      "'resource' names a resource that was not granted; send it with the authorization request too",
    );
  }
  return narrowed;
}
