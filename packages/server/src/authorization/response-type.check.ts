import {
  isResponseMode,
  OAuthError,
  parseResponseType,
  type ResponseType,
  type ResponseTypeParts,
  responseModes,
  responseTypes,
} from '../protocol/index.js';
import type { AuthorizationRequest, UncheckedRedirectRequest } from './authorization-request.js';
import { isHybridInQuery } from './hybrid.js';

/** What the client asks to receive. */
export interface RequestedResponse extends Pick<AuthorizationRequest, 'responseParts'> {
  readonly responseType: ResponseType;
}

/** `response_type` and `response_mode` (RFC 6749 §3.1.1; OAuth 2.0 Multiple Response Types §2.1, §3). */
export function checkResponseType({
  client,
  parameters,
  destination: { responseMode },
}: UncheckedRedirectRequest): RequestedResponse {
  if (parameters.response_type === undefined) {
    throw new OAuthError('invalid_request', "'response_type' is missing; send 'code'");
  }
  const asked = parseResponseType(parameters.response_type);
  if (asked === undefined) {
    const known = Object.keys(responseTypes).join("', '");
    throw new OAuthError('unsupported_response_type', `'response_type' must be one of '${known}'`);
  }
  if (parameters.response_mode !== undefined && !isResponseMode(parameters.response_mode)) {
    const known = responseModes.join("', '");
    throw new OAuthError('invalid_request', `'response_mode' must be one of '${known}'`);
  }
  if (isHybridInQuery(parameters, client)) return { responseType: 'code', responseParts: responseTypes.code };
  const parts: ResponseTypeParts = responseTypes[asked];
  const grantType = parts.code ? 'authorization_code' : 'implicit';
  if (!client.grantTypes.includes(grantType) || !client.responseTypes.includes(asked)) {
    throw new OAuthError('unauthorized_client', `This app is not registered for response_type '${asked}'`);
  }
  // OAuth 2.0 Multiple Response Types §5: a response with tokens must not be put into the query.
  if ((parts.idToken || parts.accessToken) && responseMode === 'query') {
    throw new OAuthError(
      'invalid_request',
      "'response_mode' cannot be 'query' when the response carries a token",
    );
  }
  return { responseType: asked, responseParts: parts };
}
