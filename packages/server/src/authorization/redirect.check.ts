import { allows } from '../clients/compatibility.js';
import {
  isResponseMode,
  matchesRedirectUri,
  OAuthError,
  type Parameters,
  parseScope,
  type ResponseMode,
} from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { UncheckedRequest } from './authorization-request.js';
import type { Redirect } from './destination.js';
import { asksForIdToken, tokensInFrontChannel } from './hybrid.js';

/**
 * Finds the redirect URI of a request. Before this check has passed, nothing is sent to the URI that the request names
 * (RFC 6749 §4.1.2.1, RFC 9700 §4.11.2).
 *
 * @throws OAuthError to be shown on a page, with what the app's developer must change
 */
export function checkRedirect({ client, parameters }: UncheckedRequest): Redirect {
  return {
    kind: 'redirect',
    redirectUri: findRedirectUri(client, parameters),
    redirectUriSent: parameters.redirect_uri !== undefined,
    responseMode: responseModeFor(client, parameters),
    state: parameters.state,
  };
}

function findRedirectUri(client: ClientRecord, parameters: Parameters): string {
  const { redirect_uri: requested } = parameters;
  if (requested !== undefined) {
    if (matchesRedirectUri(requested, client.redirectUris)) return requested;
    throw new OAuthError(
      'invalid_request',
      "'redirect_uri' is not registered for this app; it must equal a registered URI character for character",
    );
  }
  const [first] = client.redirectUris;
  if (first === undefined) {
    throw new OAuthError('invalid_request', 'This app has no redirect URI; register one');
  }
  // OpenID Connect Core 1.0 §3.1.2.1: redirect_uri is REQUIRED. RFC 6749 §3.1.2.3 makes it optional in plain OAuth.
  if (asksForOpenId(parameters) && !allows(client, 'allow_omitted_redirect_uri_with_openid')) {
    throw new OAuthError(
      'invalid_request',
      "'redirect_uri' is missing; a request with scope 'openid' must send it",
    );
  }
  return first;
}

function asksForOpenId(parameters: Parameters): boolean {
  if (asksForIdToken(parameters)) return true;
  try {
    return parseScope(parameters.scope).includes('openid');
  } catch {
    return false;
  }
}

/** The response mode, by default that of the response type. `response-type.check.ts` refuses an unknown one. */
function responseModeFor(client: ClientRecord, parameters: Parameters): ResponseMode {
  if (parameters.response_mode !== undefined && isResponseMode(parameters.response_mode)) {
    return parameters.response_mode;
  }
  // OAuth 2.0 Multiple Response Types §5: tokens go into the fragment.
  return tokensInFrontChannel(parameters, client) ? 'fragment' : 'query';
}
