import { ClientMetadataError, OAuthError } from '../protocol/index.js';
import type { RequestBody } from './endpoint.js';

/**
 * The members of a registration request (RFC 7591 §3.1).
 *
 * @throws OAuthError `invalid_client_metadata`
 */
export function readMembers(body: RequestBody | undefined): Readonly<Record<string, unknown>> {
  if (body?.mediaType !== 'application/json') {
    throw invalid('The body must be application/json; say so in Content-Type');
  }
  let value: unknown;
  try {
    value = JSON.parse(body.text);
  } catch {
    throw invalid('The body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The body must be a JSON object');
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * Turns invalid metadata into an error of RFC 7591 §3.2.2.
 *
 * @throws OAuthError, or the error itself where it is of another kind
 */
export function asMetadataRefusal(error: unknown): never {
  if (!(error instanceof ClientMetadataError)) throw error;
  const { problems, cause } = error;
  const ofRedirectUris = problems.every(({ field }) => field.startsWith('redirect_uris'));
  const words = problems.slice(0, 5).map(({ field, message }) => `'${field}' ${message}`);
  throw new OAuthError(
    ofRedirectUris ? 'invalid_redirect_uri' : 'invalid_client_metadata',
    // RFC 6749 §5.2: the characters that a description may have.
    words.join('; ').replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'"),
    cause instanceof Error ? { internal: cause.message } : {},
  );
}

export function invalid(description: string): OAuthError {
  return new OAuthError('invalid_client_metadata', description);
}
