import { OAuthError } from '@grantor/protocol';
import type { ClientAuthenticationMechanism } from './credentials.js';

/** `client_id` and `client_secret` in the body, form or JSON (RFC 6749 §2.3.1). */
export const clientSecretPost: ClientAuthenticationMechanism = {
  read(_headers, parameters) {
    if (parameters.client_secret === undefined) return undefined;
    if (parameters.client_id === undefined) {
      throw new OAuthError('invalid_client', "'client_id' is missing beside 'client_secret'");
    }
    return { clientId: parameters.client_id, secret: parameters.client_secret };
  },
};
