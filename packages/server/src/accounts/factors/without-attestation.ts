import type { RegistrationResponseJSON } from '@simplewebauthn/server';

/**
 * A new passkey without what its authenticator says about itself. No attestation is requested, so none is read
 * (WebAuthn Level 3 §8.7): the certificates of another format would be parsed, and the lists of revoked ones would be
 * downloaded from the addresses in them.
 *
 * @throws Error if the response is not encoded as one
 */
export async function withoutAttestation(
  response: RegistrationResponseJSON,
): Promise<RegistrationResponseJSON> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await import('@simplewebauthn/server/helpers');
  const sent = isoBase64URL.toBuffer(response.response.attestationObject);
  const none = new Map<string, string | Map<string, string> | Uint8Array>([
    ['fmt', 'none'],
    ['attStmt', new Map<string, string>()],
    ['authData', decodeAttestationObject(sent).get('authData')],
  ]);
  const attestationObject = isoBase64URL.fromBuffer(isoCBOR.encode(none));
  return { ...response, response: { ...response.response, attestationObject } };
}
