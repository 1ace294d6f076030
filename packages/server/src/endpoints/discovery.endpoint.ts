import { codeChallengeMethods } from '@grantor/protocol';
import { authenticationContexts } from '../accounts/authentication-context.js';
import { claimNames } from '../accounts/claims.js';
import type { ProtocolPolicy } from '../clients/protocol-policy.js';
import type { Keyring } from '../keys/keyring.js';
import { JWKS_MAX_AGE_SECONDS } from '../keys/schedule.js';
import {
  clientAuthenticationMethods,
  clientSecretAlgorithms,
  clientSignatureAlgorithms,
  contentEncryptionAlgorithms,
  displays,
  keyEncryptionAlgorithms,
  prompts,
  responseModes,
  type SigningAlgorithm,
  subjectTypes,
} from '../protocol/index.js';
import type { Catalogue } from '../scopes/catalogue.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import { createDocument, documentEndpoint } from './document.js';
import type { Endpoint } from './endpoint.js';
import { paths } from './paths.js';

/** How long clients may keep the metadata. */
const METADATA_MAX_AGE_SECONDS = 300;

/** Claims that tokens have with any scopes (OpenID Connect Core 1.0 §2). */
const protocolClaims = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'sid'];

/** The algorithms of client assertions. `none` must not be one (RFC 8414 §2). */
const assertionAlgorithms = [...clientSignatureAlgorithms, ...clientSecretAlgorithms];

/** The features that the operator configures. */
export interface SupportedFeatures {
  readonly catalogue: Catalogue;
  readonly sessionManagement: boolean;
  readonly registration: boolean;
  readonly policy: ProtocolPolicy;
  /** The algorithms that sign tokens and responses. */
  readonly algorithms: readonly SigningAlgorithm[];
}

/**
 * The server's metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3). It is derived from the tables that the checks
 * use, so that it names only what is supported.
 */
export function serverMetadata(
  issuer: string,
  { catalogue, sessionManagement, registration, policy, algorithms }: SupportedFeatures,
): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: issuer + paths.authorization[0],
    token_endpoint: issuer + paths.token[0],
    userinfo_endpoint: issuer + paths.userinfo[0],
    revocation_endpoint: issuer + paths.revocation[0],
    introspection_endpoint: issuer + paths.introspection[0],
    ...(registration ? { registration_endpoint: issuer + paths.registration[0] } : {}),
    end_session_endpoint: issuer + paths.logout[0], // RP-Initiated Logout 1.0 §2.1
    ...(sessionManagement ? { check_session_iframe: issuer + paths.checkSession[0] } : {}),
    backchannel_logout_supported: true, // Back-Channel Logout 1.0 §2.1
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true, // Front-Channel Logout 1.0 §3
    frontchannel_logout_session_supported: true,
    jwks_uri: issuer + paths.jwks[0],
    // Without the scopes of the management API, which usual apps do not request.
    scopes_supported: catalogue.scopes.map((scope) => scope.name),
    response_types_supported: policy.responseTypes,
    response_modes_supported: responseModes,
    grant_types_supported: policy.grantTypes,
    subject_types_supported: subjectTypes,
    id_token_signing_alg_values_supported: algorithms,
    id_token_encryption_alg_values_supported: keyEncryptionAlgorithms,
    id_token_encryption_enc_values_supported: contentEncryptionAlgorithms,
    userinfo_signing_alg_values_supported: algorithms,
    userinfo_encryption_alg_values_supported: keyEncryptionAlgorithms,
    userinfo_encryption_enc_values_supported: contentEncryptionAlgorithms,
    token_endpoint_auth_methods_supported: clientAuthenticationMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: clientAuthenticationMethods.filter(
      (method) => method !== 'none',
    ),
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_signing_alg_values_supported: algorithms, // RFC 9701 §7
    code_challenge_methods_supported: codeChallengeMethods,
    prompt_values_supported: prompts,
    claim_types_supported: ['normal'],
    acr_values_supported: authenticationContexts,
    display_values_supported: displays,
    ui_locales_supported: ['en'],
    claims_supported: [...protocolClaims, ...claimNames],
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    ...(policy.requireSignedRequestObjects ? { require_signed_request_object: true } : {}), // RFC 9101 §10.5
    // Not `none`: only clients that registered it may use it, and every client may use the others.
    request_object_signing_alg_values_supported: clientSignatureAlgorithms,
    authorization_response_iss_parameter_supported: true, // RFC 9207 §3
  };
}

/** The metadata, which is built again when the scope catalogue changes. */
export function metadataEndpoint(
  scopes: Pick<ScopeCatalogue, 'current'>,
  metadataOf: (catalogue: Catalogue) => Record<string, unknown>,
): Endpoint {
  let catalogue = scopes.current();
  let document = createDocument(metadataOf(catalogue), METADATA_MAX_AGE_SECONDS);
  return documentEndpoint(() => {
    if (scopes.current() !== catalogue) {
      catalogue = scopes.current();
      document = createDocument(metadataOf(catalogue), METADATA_MAX_AGE_SECONDS);
    }
    return document;
  });
}

/** `GET /oauth2/jwks` (RFC 7517 §5), which is built again when the keys change. */
export function jwksEndpoint(keyring: Pick<Keyring, 'jwks'>): Endpoint {
  let { jwks } = keyring;
  let document = createDocument(jwks, JWKS_MAX_AGE_SECONDS);
  return documentEndpoint(() => {
    if (keyring.jwks !== jwks) {
      ({ jwks } = keyring);
      document = createDocument(jwks, JWKS_MAX_AGE_SECONDS);
    }
    return document;
  });
}
