import { z } from 'zod';
import {
  applicationTypes,
  clientSecretAlgorithms,
  clientSignatureAlgorithms,
  contentEncryptionAlgorithms,
  keyEncryptionAlgorithms,
  signingAlgorithms,
  subjectTypes,
} from '../../protocol/index.js';
import type { ClientMetadata } from '../../storage/ports/index.js';
import { endpointUrl, httpsUrl, pageUrl, redirectUri, requestUri } from '../../validation/urls.js';
import { listOf, oneOf, optional, text } from '../../validation/values.js';
import { keyFields } from './keys.js';
import { type ManagedMetadataName, managedFields } from './managed.js';
import { type OperatorMetadataName, operatorMetadataFields } from './operator.js';

const TEN_YEARS = 10 * 365 * 86_400;

/** What the app is and who publishes it (RFC 7591 §2). */
const aboutFields = {
  application_type: optional(oneOf(applicationTypes)),
  contacts: optional(listOf(text(1, 320), 20, 'contact')),
  client_uri: optional(pageUrl),
  logo_uri: optional(pageUrl),
  policy_uri: optional(pageUrl),
  tos_uri: optional(pageUrl),
  software_id: optional(text(1, 256)),
  software_version: optional(text(1, 256)),
};

/** How tokens, responses, requests and assertions are signed and encrypted (OpenID Connect Registration 1.0 §2). */
const algorithmFields = {
  token_endpoint_auth_signing_alg: optional(oneOf([...clientSignatureAlgorithms, ...clientSecretAlgorithms])),
  request_object_signing_alg: optional(oneOf([...clientSignatureAlgorithms, 'none'])),
  id_token_encrypted_response_alg: optional(oneOf(keyEncryptionAlgorithms)),
  id_token_encrypted_response_enc: optional(oneOf(contentEncryptionAlgorithms)),
  userinfo_signed_response_alg: optional(oneOf(signingAlgorithms)),
  userinfo_encrypted_response_alg: optional(oneOf(keyEncryptionAlgorithms)),
  userinfo_encrypted_response_enc: optional(oneOf(contentEncryptionAlgorithms)),
  introspection_signed_response_alg: optional(oneOf(signingAlgorithms)), // RFC 9701 §6
};

/** Requirements for the requests of the app, and how users are identified to it (OpenID Connect Registration 1.0 §2). */
const requestFields = {
  subject_type: optional(oneOf(subjectTypes)),
  sector_identifier_uri: optional(endpointUrl),
  request_uris: optional(listOf(requestUri, 50, 'URI')),
  /** Seconds. */
  default_max_age: optional(
    z
      .number()
      .int('must be a whole number of seconds')
      .min(0, 'must not be negative')
      .max(TEN_YEARS, `must be at most ${TEN_YEARS} seconds`),
  ),
  require_auth_time: optional(z.boolean()),
  default_acr_values: optional(listOf(text(1, 256), 20, 'value')),
  initiate_login_uri: optional(httpsUrl), // OpenID Connect Core 1.0 §4, Registration 1.0 §2
};

/**
 * How the app takes part in logout (OpenID Connect RP-Initiated Logout 1.0 §3.1, Back-Channel Logout 1.0
 * §2.2, Front-Channel Logout 1.0 §2).
 */
const logoutFields = {
  post_logout_redirect_uris: optional(listOf(redirectUri, 50, 'URI')),
  backchannel_logout_uri: optional(endpointUrl),
  backchannel_logout_session_required: optional(z.boolean()),
  frontchannel_logout_uri: optional(endpointUrl),
  frontchannel_logout_session_required: optional(z.boolean()),
};

/**
 * The optional fields of a registration with the rule for each value. The management API and dynamic registration share
 * them. Rules about several fields are in `rules.ts`.
 */
export const metadataFields = {
  ...aboutFields,
  ...keyFields,
  ...algorithmFields,
  ...requestFields,
  ...logoutFields,
} satisfies Record<Exclude<keyof ClientMetadata, OperatorMetadataName | ManagedMetadataName>, unknown>;

/** Values of these fields; null removes one. */
export type MetadataInput = {
  readonly [Name in keyof ClientMetadata]?: ClientMetadata[Name] | null | undefined;
};

/**
 * Replaces other names of fields by those of the specifications. A server without other names returns the input.
 *
 * @param registered the metadata of the client before the change; empty for a new client
 * @throws ClientMetadataError if two names of one field have different values
 */
export type ResolveFieldNames = <Input extends MetadataInput>(
  registered: ClientMetadata,
  input: Input,
) => Input;

const names = Object.keys({
  ...metadataFields,
  ...managedFields,
  ...operatorMetadataFields,
}) as readonly (keyof ClientMetadata)[];

/** The registered metadata after a change. Fields that the change leaves out stay, and null removes a field. */
export function mergeMetadata(registered: ClientMetadata, input: MetadataInput): ClientMetadata {
  const merged = names
    .map((name) => [name, input[name] === undefined ? registered[name] : input[name]] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(merged);
}
