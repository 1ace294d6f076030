import { isJsonObject, isSecureUrl } from '@grantor/protocol';
import { ClientError } from './errors.js';

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'revocation_endpoint',
] as const;

/** A metadata member that holds an address. */
export type EndpointName = (typeof ENDPOINTS)[number];

/** The members of authorization server metadata (RFC 8414 §2) that this client reads. */
export interface ServerMetadata extends Partial<Record<EndpointName, string>> {
  issuer: string;
  /** RFC 9207 §3: every authorization response has `iss`. */
  authorization_response_iss_parameter_supported?: boolean;
}

/**
 * Checks a metadata document.
 *
 * @param document the parsed JSON
 * @param issuer compared with the issuer of the document, character for character (RFC 8414 §3.3)
 * @throws ClientError `issuer_mismatch` or `discovery_failed`
 */
export function parseMetadata(document: unknown, issuer: string): ServerMetadata {
  if (!isJsonObject(document) || typeof document.issuer !== 'string') {
    throw new ClientError('discovery_failed', 'The metadata is not a JSON object with an "issuer".');
  }
  if (document.issuer !== issuer) {
    throw new ClientError(
      'issuer_mismatch',
      'The metadata names another issuer than the option "issuer". Compare scheme, port and the slash at the end: ' +
        'the two must be equal.',
    );
  }
  const metadata: ServerMetadata = { issuer };
  for (const name of ENDPOINTS) {
    const address = document[name];
    if (address === undefined || address === null) continue;
    if (typeof address !== 'string' || !isSecureUrl(address)) {
      throw new ClientError('discovery_failed', `The "${name}" of the metadata is not an https URL.`);
    }
    metadata[name] = address;
  }
  if (document.authorization_response_iss_parameter_supported === true) {
    metadata.authorization_response_iss_parameter_supported = true;
  }
  return metadata;
}

/**
 * The address of an endpoint.
 *
 * @throws ClientError `unsupported_by_server` if the metadata has none
 */
export function endpoint(metadata: ServerMetadata, name: EndpointName): string {
  const address = metadata[name];
  if (address === undefined) {
    throw new ClientError('unsupported_by_server', `The metadata of the server has no "${name}".`);
  }
  return address;
}
