import { codeChallengeMethods, isCodeChallenge } from '@grantor/protocol';
import { allows } from '../clients/compatibility.js';
import { OAuthError, partsOf } from '../protocol/index.js';
import type { AuthorizationRequest, UncheckedRequest } from './authorization-request.js';

/** `code_challenge` and its method (RFC 7636 §4.3; required of public clients by RFC 9700 §2.1.1). */
export function checkPkce({
  client,
  parameters,
}: UncheckedRequest): Pick<AuthorizationRequest, 'codeChallenge'> {
  const { code_challenge: challenge, code_challenge_method: method } = parameters;
  if (challenge === undefined) {
    if (method !== undefined) {
      throw new OAuthError('invalid_request', "'code_challenge_method' is sent without 'code_challenge'");
    }
    // A response without a code has no code to bind.
    const hasCode = partsOf(parameters.response_type)?.code !== false;
    if (hasCode && client.authenticationMethod === 'none' && !allows(client, 'allow_code_without_pkce')) {
      throw new OAuthError(
        'invalid_request',
        "'code_challenge' is missing; an app without a secret must use PKCE",
      );
    }
    return { codeChallenge: undefined };
  }
  // RFC 7636 §4.3: the default method is "plain", which is refused.
  if (method === undefined || !(codeChallengeMethods as readonly string[]).includes(method)) {
    throw new OAuthError('invalid_request', "'code_challenge_method' must be 'S256'");
  }
  if (!isCodeChallenge(challenge)) {
    throw new OAuthError(
      'invalid_request',
      "'code_challenge' must be the base64url SHA-256 of the verifier, 43 characters",
    );
  }
  return { codeChallenge: challenge };
}
