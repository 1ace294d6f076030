import { isSecureUrl, type JsonObject, metadataUrls } from '@grantor/protocol';
import { UpstreamError } from './provider.js';

/** The members of a provider's metadata that are used (OpenID Connect Discovery 1.0 §3). */
export interface OpenIdMetadata {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly userinfoEndpoint: string | undefined;
  readonly endSessionEndpoint: string | undefined;
  /** RFC 9207 §3: every authorization response has `iss`. */
  readonly sendsIss: boolean;
}

/** The address of the metadata of an issuer (OpenID Connect Discovery 1.0 §4.1). */
export function metadataUrl(issuer: string): string {
  return metadataUrls(issuer).openid;
}

/**
 * Checks a metadata document.
 *
 * @param issuer compared character for character (OpenID Connect Discovery 1.0 §4.3): otherwise another issuer could have
 *   its endpoints used (RFC 9700 §4.4)
 * @throws UpstreamError `unavailable`
 */
export function readMetadata(document: JsonObject, issuer: string): OpenIdMetadata {
  if (document.issuer !== issuer) {
    throw new UpstreamError(
      'unavailable',
      'the metadata of the provider names another issuer than the configuration',
    );
  }
  return {
    authorizationEndpoint: required(document, 'authorization_endpoint'),
    tokenEndpoint: required(document, 'token_endpoint'),
    jwksUri: required(document, 'jwks_uri'),
    userinfoEndpoint: optional(document, 'userinfo_endpoint'),
    endSessionEndpoint: optional(document, 'end_session_endpoint'),
    sendsIss: document.authorization_response_iss_parameter_supported === true,
  };
}

function required(document: JsonObject, name: string): string {
  const address = optional(document, name);
  if (address === undefined)
    throw new UpstreamError('unavailable', `the metadata of the provider has no ${name}`);
  return address;
}

function optional(document: JsonObject, name: string): string | undefined {
  const address = document[name];
  if (address === undefined || address === null) return undefined;
  if (typeof address === 'string' && isSecureUrl(address)) return address;
  throw new UpstreamError('unavailable', `the ${name} of the provider is not an https URL`);
}
