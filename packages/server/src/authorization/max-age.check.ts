import { OAuthError } from '../protocol/index.js';
import type { AuthorizationRequest, UncheckedRequest } from './authorization-request.js';

/** `max_age` and `login_hint`: how recently the user must have signed in, and the expected user (OpenID Connect Core 1.0 §3.1.2.1). */
export function checkMaxAge({
  client,
  parameters,
}: UncheckedRequest): Pick<AuthorizationRequest, 'maxAge' | 'loginHint'> {
  return {
    // OpenID Connect Registration 1.0 §2: default_max_age applies to a request without max_age.
    maxAge: readMaxAge(parameters.max_age) ?? client.metadata.default_max_age,
    loginHint: parameters.login_hint,
  };
}

function readMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) {
    throw new OAuthError('invalid_request', "'max_age' must be a whole number of seconds");
  }
  return Number(text);
}
