import { OAuthError } from '../protocol/index.js';
import type { UncheckedRequest } from './authorization-request.js';

/** `registration` must be refused by name where it is not supported (OpenID Connect Core 1.0 §7.2.1). */
export function checkRegistration({ parameters }: UncheckedRequest): object {
  if (parameters.registration !== undefined) {
    throw new OAuthError(
      'registration_not_supported',
      "'registration' is not supported; register the app first",
    );
  }
  return {};
}
