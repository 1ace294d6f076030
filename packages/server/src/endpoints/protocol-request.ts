import {
  OAuthError,
  type Parameters,
  type ProtocolRequest,
  parseForm,
  parseJson,
} from '../protocol/index.js';
import type { EndpointRequest, RequestBody } from './endpoint.js';

/** The readers of a protocol endpoint's body, by media type: a form (RFC 6749 §4.1.3), or its members in JSON. */
const readers: Record<string, (text: string) => Parameters> = {
  'application/x-www-form-urlencoded': parseForm,
  'application/json': parseJson,
};

/**
 * Reads a request to a protocol endpoint. It copies references, never headers.
 *
 * @throws OAuthError `invalid_request` where the body has another media type, or is malformed
 */
export function readProtocolRequest(incoming: EndpointRequest): ProtocolRequest {
  return {
    method: incoming.method,
    url: incoming.url,
    headers: incoming.headers,
    parameters: readParameters(incoming.body),
    address: incoming.address,
    clientCertificate: incoming.clientCertificate,
  };
}

function readParameters(body: RequestBody | undefined): Parameters {
  if (body === undefined) return {};
  const read = Object.hasOwn(readers, body.mediaType) ? readers[body.mediaType] : undefined;
  if (read === undefined) {
    throw new OAuthError(
      'invalid_request',
      `The body must be ${Object.keys(readers).join(' or ')}; say so in Content-Type`,
    );
  }
  return read(body.text);
}
