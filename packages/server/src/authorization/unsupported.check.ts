import { OAuthError, type Parameters } from '../protocol/index.js';

/** Parameters that must be refused by name where they are not supported (OpenID Connect Core 1.0 §7.2.1). */
export function checkUnsupported(parameters: Parameters): void {
  if (parameters.registration !== undefined) {
    throw new OAuthError(
      'registration_not_supported',
      "'registration' is not supported; register the app first",
    );
  }
}
