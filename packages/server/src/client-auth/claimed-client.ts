import { credentialsOf, type ProtocolRequest } from '../protocol/index.js';

/** The form of the client IDs of this server. Anything else can be a secret in the wrong place. */
const CLIENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Longer Basic credentials are not decoded just for the log. */
const LONGEST_CREDENTIALS = 2048;

/**
 * The client that a request names in its parameters or with HTTP Basic (RFC 6749 §2.3.1), for the log. It is not
 * authenticated.
 *
 * @returns undefined if it does not have the form of a client ID
 */
export function claimedClient({
  headers,
  parameters,
}: Pick<ProtocolRequest, 'headers' | 'parameters'>): string | undefined {
  const named = parameters.client_id ?? basicUser(headers) ?? '';
  return CLIENT_ID.test(named) ? named : undefined;
}

/** Whether a request names a client or has client credentials, even malformed ones. */
export function namesClient({ headers, parameters }: ProtocolRequest): boolean {
  const { client_id: id, client_secret: secret } = parameters;
  const { client_assertion: assertion, client_assertion_type: type } = parameters;
  return (
    credentialsOf(headers, 'Basic') !== undefined ||
    [id, secret, assertion, type].some((value) => value !== undefined)
  );
}

function basicUser(headers: Headers): string | undefined {
  const encoded = credentialsOf(headers, 'Basic');
  if (encoded === undefined || encoded.length > LONGEST_CREDENTIALS) return undefined;
  return Buffer.from(encoded, 'base64').toString('latin1').split(':', 1)[0];
}
