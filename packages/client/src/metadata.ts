import { ClientError } from './errors.js';
import { isJsonObject } from './json.js';
import { isSecureUrl } from './secure-url.js';

/** The members of authorization server metadata (RFC 8414 §2) that this client reads. */
export interface ServerMetadata {
  issuer: string;
  authorization_endpoint?: string;
  token_endpoint?: string;
  jwks_uri?: string;
  userinfo_endpoint?: string;
  revocation_endpoint?: string;
  /** RFC 9207 §3: every authorization response names its issuer. */
  authorization_response_iss_parameter_supported?: boolean;
}

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'revocation_endpoint',
] as const;

/** The name of a metadata member that holds an address. */
export type EndpointName = (typeof ENDPOINTS)[number];

/**
 * Checks a metadata document.
 * @param document the parsed JSON
 * @param issuer what the document must name as its issuer, character for character (RFC 8414 §3.3)
 * @throws ClientError `issuer_mismatch` or `discovery_failed`
 */
export function parseMetadata(document: unknown, issuer: string): ServerMetadata {
  if (!isJsonObject(document) || typeof document.issuer !== 'string') {
    throw new ClientError(
      'discovery_failed',
      'The metadata of the server is not a JSON object with an "issuer".',
    );
  }
  if (document.issuer !== issuer) {
    throw new ClientError(
      'issuer_mismatch',
      'The server names another issuer in its metadata than the option "issuer". The two must be equal to ' +
        'the last character: compare scheme, port and the slash at the end.',
    );
  }
  const metadata: ServerMetadata = { issuer };
  for (const name of ENDPOINTS) {
    const address = document[name];
    if (address === undefined || address === null) continue;
    if (typeof address !== 'string' || !isSecureUrl(address)) {
      throw new ClientError(
        'discovery_failed',
        `The server's metadata gives a "${name}" that is not an https URL.`,
      );
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
 * @throws ClientError `unsupported_by_server` when the metadata names none
 */
export function endpoint(metadata: ServerMetadata, name: EndpointName): string {
  const address = metadata[name];
  if (address === undefined) {
    throw new ClientError('unsupported_by_server', `The server's metadata names no "${name}".`);
  }
  return address;
}
