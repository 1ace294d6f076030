import { OAuthError, type Parameters } from '@grantor/protocol';

/** Parameters that must be refused by name where they are not supported (OpenID Connect Core 1.0 §6.1, §6.2, §7.2.1). */
export function checkUnsupported(parameters: Parameters): void {
  if (parameters.request !== undefined) {
    throw new OAuthError(
      'request_not_supported',
      "'request' is not supported; send the parameters themselves",
    );
  }
  if (parameters.request_uri !== undefined) {
    throw new OAuthError(
      'request_uri_not_supported',
      "'request_uri' is not supported; send the parameters themselves",
    );
  }
  if (parameters.registration !== undefined) {
    throw new OAuthError(
      'registration_not_supported',
      "'registration' is not supported; register the app first",
    );
  }
}
