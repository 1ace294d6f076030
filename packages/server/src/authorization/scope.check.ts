import { OAuthError, type Parameters, parseScope } from '../protocol/index.js';
import type { Catalogue } from '../scopes/catalogue.js';
import { checkResourcesOf, checkScopesOf, mayAskFor, scopesByOmission } from '../scopes/client-scopes.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { AuthorizationRequest, Callback } from './authorization-request.js';
import { asksForIdToken, isHybridInQuery } from './hybrid.js';

/**
 * `scope` (RFC 6749 §3.3). A request without one asks for what the client is registered for, but not
 * for who the person is: that takes an explicit `openid` (OpenID Connect Core 1.0 §3.1.2.1).
 *
 * @param resources that the request is about: a scope of another one is refused (RFC 8707 §2)
 */
export function checkScope(
  parameters: Parameters,
  { client }: Callback,
  catalogue: Catalogue,
  resources: readonly string[],
): Pick<AuthorizationRequest, 'scopes'> {
  const asked = parseScope(parameters.scope);
  if (asked.length === 0) return { scopes: defaultScopes(parameters, client, catalogue, resources) };
  checkScopesOf(client, asked, catalogue);
  if (asksForIdToken(parameters) && !asked.includes('openid')) {
    throw new OAuthError('invalid_scope', "'scope' must contain 'openid' for this response_type");
  }
  checkResourcesOf(asked, resources, catalogue);
  return { scopes: asked.filter((name) => catalogue.isOffered(name)) };
}

function defaultScopes(
  parameters: Parameters,
  client: ClientRecord,
  catalogue: Catalogue,
  resources: readonly string[],
): readonly string[] {
  if (asksForIdToken(parameters)) {
    if (isHybridInQuery(parameters, client) && mayAskFor(client, 'openid', catalogue)) return ['openid'];
    throw new OAuthError('invalid_scope', "'scope' must contain 'openid' for this response_type");
  }
  return scopesByOmission(client, resources, catalogue);
}
