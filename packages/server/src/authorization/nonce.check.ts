import { OAuthError } from '../protocol/index.js';
import type { AuthorizationRequest, UncheckedRequest } from './authorization-request.js';
import { idTokenInFrontChannel } from './hybrid.js';

/** `nonce`, required where an ID token comes back through the browser (OpenID Connect Core 1.0 §3.3.2.11). */
export function checkNonce({ client, parameters }: UncheckedRequest): Pick<AuthorizationRequest, 'nonce'> {
  if (idTokenInFrontChannel(parameters, client) && parameters.nonce === undefined) {
    throw new OAuthError('invalid_request', "'nonce' is missing; it is required for this response_type");
  }
  return { nonce: parameters.nonce };
}
