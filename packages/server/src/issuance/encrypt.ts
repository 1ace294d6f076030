import { CompactEncrypt } from 'jose';
import type { ClientKeys } from '../client-keys/client-keys.js';
import { ClientKeysError } from '../client-keys/client-keys-error.js';
import { contentEncryptionAlgorithms, keyEncryptionAlgorithms, OAuthError } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** What a client may have encrypted. */
type Encryptable = 'id_token' | 'userinfo';

/**
 * Encrypts for a client that registered for it (OpenID Connect Core 1.0 §10.2, §16.14: signed first).
 *
 * @param content a JWT, which makes a nested one (RFC 7519 §5.2), or JSON
 * @returns a compact JWE; the content itself if the client did not register for encryption
 * @throws OAuthError `invalid_request` if the client has no suitable key. The content is never sent unencrypted instead
 */
export async function encryptFor(
  clientKeys: ClientKeys,
  client: ClientRecord,
  what: Encryptable,
  content: { readonly text: string; readonly isJwt: boolean },
): Promise<string> {
  const {
    [`${what}_encrypted_response_alg` as const]: named,
    [`${what}_encrypted_response_enc` as const]: enc,
  } = client.metadata;
  if (named === undefined) return content.text;
  try {
    const algorithm = keyEncryptionAlgorithms.find((known) => known === named);
    if (algorithm === undefined) throw new ClientKeysError('its algorithm is not supported');
    const { key, kid } = await clientKeys.encryptionKey(client, algorithm);
    return await new CompactEncrypt(Buffer.from(content.text))
      .setProtectedHeader({
        alg: algorithm,
        enc: enc ?? contentEncryptionAlgorithms[0],
        ...(kid === undefined ? {} : { kid }),
        ...(content.isJwt ? { cty: 'JWT' } : {}),
      })
      .encrypt(key);
  } catch (cause) {
    // Any failure of the cipher is caused by the key, which the developer must replace.
    const { message, internal } =
      cause instanceof ClientKeysError ? cause : new ClientKeysError('its key cannot be used', { cause });
    throw new OAuthError('invalid_request', `This app's ${what} cannot be encrypted: ${message}`, {
      cause,
      internal,
    });
  }
}

/** Whether a client has this encrypted. */
export function wantsEncrypted(client: ClientRecord, what: Encryptable): boolean {
  return client.metadata[`${what}_encrypted_response_alg`] !== undefined;
}
