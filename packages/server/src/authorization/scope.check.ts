import { OAuthError, type Parameters, parseScope } from '../protocol/index.js';
import type { Catalogue } from '../scopes/catalogue.js';
import {
  accessAt,
  checkResourcesOf,
  checkScopesOf,
  mayRequest,
  scopesIfOmitted,
} from '../scopes/client-scopes.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { AuthorizationRequest, UncheckedRequest } from './authorization-request.js';
import type { CheckContext } from './check-table.js';
import { asksForIdToken, isHybridInQuery } from './hybrid.js';
import type { RequestedResources } from './resource.check.js';

/**
 * `scope` (RFC 6749 §3.3). A request without one asks for what the client is registered for, but not for the identity of
 * the user, which requires `openid` (OpenID Connect Core 1.0 §3.1.2.1). A scope of another resource than the request names
 * is refused (RFC 8707 §2).
 */
export function checkScope(
  { client, parameters, targets }: UncheckedRequest & Pick<RequestedResources, 'targets'>,
  { catalogue }: CheckContext,
): Pick<AuthorizationRequest, 'scopes' | 'access'> {
  const scopes = scopesFor(parameters, client, catalogue, targets);
  return { scopes, access: accessAt(targets, scopes, catalogue) };
}

function scopesFor(
  parameters: Parameters,
  client: ClientRecord,
  catalogue: Catalogue,
  targets: readonly string[],
): readonly string[] {
  const asked = parseScope(parameters.scope);
  if (asked.length === 0) return defaultScopes(parameters, client, catalogue, targets);
  checkScopesOf(client, asked, catalogue);
  if (asksForIdToken(parameters) && !asked.includes('openid')) {
    throw new OAuthError('invalid_scope', "'scope' must contain 'openid' for this response_type");
  }
  checkResourcesOf(asked, targets, catalogue);
  return asked.filter((name) => catalogue.isOffered(name));
}

function defaultScopes(
  parameters: Parameters,
  client: ClientRecord,
  catalogue: Catalogue,
  targets: readonly string[],
): readonly string[] {
  if (asksForIdToken(parameters)) {
    if (isHybridInQuery(parameters, client) && mayRequest(client, 'openid', catalogue)) return ['openid'];
    throw new OAuthError('invalid_scope', "'scope' must contain 'openid' for this response_type");
  }
  return scopesIfOmitted(client, targets, catalogue);
}
