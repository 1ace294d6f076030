import { isClientSecret } from '../clients/secret.js';
import type { Clock } from '../crypto/clock.js';
import { credentialsOf, decodeFormComponent, OAuthError } from '../protocol/index.js';
import type { ClientAuthenticator } from './credentials.js';

/**
 * `client_secret_basic`: `Authorization: Basic`, with client ID and secret form-encoded (RFC 6749 §2.3.1).
 *
 * A header of another scheme is not client authentication. Some HTTP libraries attach `Bearer` to every request, and
 * the client then authenticates in the body.
 */
export function clientSecretBasic(clock: Clock): ClientAuthenticator {
  return {
    read({ headers }) {
      const encoded = credentialsOf(headers, 'Basic');
      if (encoded === undefined) return undefined;
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) throw malformed();
      const decoded = decodeBase64(encoded);
      const colon = decoded.indexOf(':');
      if (colon < 1) throw malformed();
      const secret = decodeHalf(decoded.slice(colon + 1));
      return {
        clientId: decodeHalf(decoded.slice(0, colon)),
        isCredential: true,
        prove: (client) => isClientSecret(client, secret, clock()),
      };
    },
  };
}

function decodeBase64(encoded: string): string {
  const bytes = Buffer.from(encoded, 'base64');
  // Buffer skips characters that are not base64: the bytes must encode to the same text.
  if (bytes.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) throw malformed();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed();
  }
}

/** Many clients send ID and secret without form encoding. A part that is not validly encoded is used as sent. */
function decodeHalf(half: string): string {
  let decoded: string;
  try {
    decoded = decodeFormComponent(half, 'The Basic credentials');
  } catch {
    decoded = half;
  }
  if (/\p{Cc}/u.test(decoded)) throw malformed();
  return decoded;
}

function malformed(): OAuthError {
  return new OAuthError(
    'invalid_client',
    "The Authorization header must be 'Basic ' and the base64 of client_id:client_secret, both form-encoded",
  );
}
