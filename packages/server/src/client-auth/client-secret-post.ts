import { isClientSecret } from '../clients/secret.js';
import type { Clock } from '../crypto/clock.js';
import { OAuthError } from '../protocol/index.js';
import type { ClientAuthenticator } from './credentials.js';

/** `client_secret_post`: `client_id` and `client_secret` in the body, form or JSON (RFC 6749 §2.3.1). */
export function clientSecretPost(clock: Clock): ClientAuthenticator {
  return {
    read({ parameters: { client_id: clientId, client_secret: secret } }) {
      if (secret === undefined) return undefined;
      if (clientId === undefined) {
        throw new OAuthError('invalid_client', "'client_id' is missing beside 'client_secret'");
      }
      return { clientId, isCredential: true, prove: (client) => isClientSecret(client, secret, clock()) };
    },
  };
}
