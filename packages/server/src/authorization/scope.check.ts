import { OAuthError, type Parameters, parseScope } from '@grantor/protocol';
import { allows } from '../clients/compatibility.js';
import { checkScopesOf, mayAskFor, personalScopes } from '../clients/scopes.js';
import { scopeCatalogue } from '../consents/scope-catalogue.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { AuthorizationRequest, Callback } from './authorization-request.js';
import { asksForIdToken } from './hybrid.js';

/**
 * `scope` (RFC 6749 §3.3). A request without one asks for what the client is registered for, but not
 * for who the person is: that takes an explicit `openid` (OpenID Connect Core 1.0 §3.1.2.1).
 */
export function checkScope(
  parameters: Parameters,
  { client }: Callback,
): Pick<AuthorizationRequest, 'scopes'> {
  const asked = parseScope(parameters.scope);
  if (asked.length === 0) return { scopes: defaultScopes(parameters, client) };
  checkScopesOf(client, asked);
  if (asksForIdToken(parameters) && !asked.includes('openid')) {
    throw new OAuthError('invalid_scope', "'scope' must contain 'openid' for this response_type");
  }
  return { scopes: asked };
}

function defaultScopes(parameters: Parameters, client: ClientRecord): readonly string[] {
  if (asksForIdToken(parameters)) {
    if (allows(client, 'allow_hybrid_code_in_query') && mayAskFor(client, 'openid')) return ['openid'];
    throw new OAuthError('invalid_scope', "'scope' must contain 'openid' for this response_type");
  }
  const registered = client.scopes.length > 0 ? client.scopes : scopeCatalogue.map((scope) => scope.name);
  return registered.filter((name) => !personalScopes.has(name));
}
