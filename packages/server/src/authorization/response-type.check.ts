import {
  isResponseMode,
  OAuthError,
  type Parameters,
  parseResponseType,
  responseTypes,
} from '@grantor/protocol';
import { allows } from '../clients/compatibility.js';
import type { AuthorizationRequest, Callback } from './authorization-request.js';

/** `response_type` and `response_mode` (RFC 6749 §3.1.1; OAuth 2.0 Multiple Response Types §2.1, §3). */
export function checkResponseType(
  parameters: Parameters,
  { client, responseMode }: Callback,
): Pick<AuthorizationRequest, 'responseType'> {
  if (parameters.response_type === undefined) {
    throw new OAuthError('invalid_request', "'response_type' is missing; send 'code'");
  }
  const asked = parseResponseType(parameters.response_type);
  if (asked === undefined) {
    const known = Object.keys(responseTypes).join("', '");
    throw new OAuthError('unsupported_response_type', `'response_type' must be one of '${known}'`);
  }
  if (parameters.response_mode !== undefined && !isResponseMode(parameters.response_mode)) {
    throw new OAuthError('invalid_request', "'response_mode' must be 'query' or 'fragment'");
  }
  if (asked === 'code id_token' && allows(client, 'allow_hybrid_code_in_query'))
    return { responseType: 'code' };
  if (!client.grantTypes.includes('authorization_code') || !client.responseTypes.includes(asked)) {
    throw new OAuthError('unauthorized_client', `This app is not registered for response_type '${asked}'`);
  }
  // OAuth 2.0 Multiple Response Types §5: a response with tokens must not be put into the query.
  if (responseTypes[asked].idToken && responseMode === 'query') {
    throw new OAuthError(
      'invalid_request',
      "'response_mode' cannot be 'query' when the response carries a token",
    );
  }
  return { responseType: asked };
}
