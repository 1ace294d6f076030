import {
  clientSecretAlgorithms,
  clientSignatureAlgorithms,
  contentEncryptionAlgorithms,
  keyEncryptionAlgorithms,
  signingAlgorithms,
} from '../../protocol/index.js';
import { oneOf, optional } from '../../validation/values.js';

/** How tokens, answers, requests and assertions are signed and encrypted (OpenID Connect Registration 1.0 §2). */
export const algorithmFields = {
  token_endpoint_auth_signing_alg: optional(oneOf([...clientSignatureAlgorithms, ...clientSecretAlgorithms])),
  request_object_signing_alg: optional(oneOf([...clientSignatureAlgorithms, 'none'])),
  id_token_encrypted_response_alg: optional(oneOf(keyEncryptionAlgorithms)),
  id_token_encrypted_response_enc: optional(oneOf(contentEncryptionAlgorithms)),
  userinfo_signed_response_alg: optional(oneOf(signingAlgorithms)),
  userinfo_encrypted_response_alg: optional(oneOf(keyEncryptionAlgorithms)),
  userinfo_encrypted_response_enc: optional(oneOf(contentEncryptionAlgorithms)),
  introspection_signed_response_alg: optional(oneOf(signingAlgorithms)), // RFC 9701 §6
};
