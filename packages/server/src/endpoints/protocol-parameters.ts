import { OAuthError, type Parameters, parseForm, parseJson } from '../protocol/index.js';
import type { RequestBody } from './endpoint.js';

/** The readers of a protocol endpoint's body, by media type: RFC 6749 §4.1.3, and the JSON form of it. */
const readers: Record<string, (text: string) => Parameters> = {
  'application/x-www-form-urlencoded': parseForm,
  'application/json': parseJson,
};

/**
 * The parameters of a POST to a protocol endpoint.
 *
 * @throws OAuthError `invalid_request` where the body is of another type, or malformed
 */
export function readParameters(body: RequestBody | undefined): Parameters {
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
