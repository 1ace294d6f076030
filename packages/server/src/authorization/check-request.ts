import type { Resources } from '../clients/resources.js';
import type { Parameters } from '../protocol/index.js';
import type { Catalogue } from '../scopes/catalogue.js';
import { accessAt } from '../scopes/client-scopes.js';
import type { AuthorizationRequest, Callback } from './authorization-request.js';
import { checkClaims } from './claims.check.js';
import { checkInteraction } from './interaction.check.js';
import { checkNonce } from './nonce.check.js';
import { checkPkce } from './pkce.check.js';
import { checkResource } from './resource.check.js';
import { checkResponseType } from './response-type.check.js';
import { checkScope } from './scope.check.js';
import { checkUnsupported } from './unsupported.check.js';

/**
 * Every check of an authorization request whose callback is known, in order.
 *
 * @throws OAuthError to be sent to the client by redirect (RFC 6749 §4.1.2.1)
 */
export function checkRequest(
  parameters: Parameters,
  callback: Callback,
  resources: Resources,
  catalogue: Catalogue,
): AuthorizationRequest {
  checkUnsupported(parameters);
  const responseType = checkResponseType(parameters, callback);
  const { targets, audience } = checkResource(parameters, callback, resources);
  const scope = checkScope(parameters, callback, catalogue, targets);
  return {
    callback,
    parameters,
    ...responseType,
    ...scope,
    access: accessAt(targets, scope.scopes, catalogue),
    audience,
    ...checkNonce(parameters, callback),
    ...checkPkce(parameters, callback),
    ...checkInteraction(parameters, callback),
    ...checkClaims(parameters, scope),
  };
}
