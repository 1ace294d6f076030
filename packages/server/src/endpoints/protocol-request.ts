import {
  OAuthError,
  type Parameters,
  type ProtocolRequest,
  parseForm,
  parseJson,
  type ReadForm,
  readForm,
} from '../protocol/index.js';
import type { EndpointRequest, RequestBody } from './endpoint.js';

const FORM = 'application/x-www-form-urlencoded';

/** The readers of a protocol endpoint's body, by media type: a form (RFC 6749 §4.1.3), or its members in JSON. */
const readers: Record<string, (text: string) => Parameters> = {
  [FORM]: parseForm,
  'application/json': parseJson,
};

/**
 * Reads a request to a protocol endpoint. It copies references, never headers.
 *
 * @throws OAuthError `invalid_request` where the body has another media type, or is malformed
 */
export function readProtocolRequest(incoming: EndpointRequest): ProtocolRequest {
  return requestWith(incoming, readParameters(incoming.body));
}

/** A request that an app sends through the browser of the user. */
export interface BrowserRequest extends ProtocolRequest, Pick<ReadForm, 'problems'> {}

/**
 * Reads a request that a browser brings: the query of a GET, or the form of a POST (RFC 6749 §3.1). Its malformed
 * parameters are `problems`: an endpoint may have to find the client before it can report one.
 *
 * @throws OAuthError `invalid_request` where the form has another media type, or a name that cannot be decoded
 */
export function readBrowserRequest(incoming: EndpointRequest): BrowserRequest {
  const { method, query, body } = incoming;
  const { parameters, problems } = readForm(method === 'POST' ? formOf(body) : query);
  return { ...requestWith(incoming, parameters), problems };
}

/** The first malformed parameter of a request. */
export function firstProblem({ problems }: Pick<ReadForm, 'problems'>): OAuthError | undefined {
  const [problem] = problems.values();
  return problem;
}

function requestWith(incoming: EndpointRequest, parameters: Parameters): ProtocolRequest {
  const { method, url, headers, address, clientCertificate } = incoming;
  return { method, url, headers, parameters, address, clientCertificate };
}

function formOf(body: RequestBody | undefined): string {
  if (body?.mediaType === FORM) return body.text;
  throw new OAuthError('invalid_request', `The body must be ${FORM}`);
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
