import { credentialsOf, type Parameters } from '../protocol/index.js';

/** As the server makes client IDs. What does not look like one may be a secret in the wrong place. */
const CLIENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** More of them are not decoded for the log alone. */
const LONGEST_CREDENTIALS = 2048;

/**
 * The client that a request names, in the parameters or by HTTP Basic (RFC 6749 §2.3.1), for the log. Nothing is proven.
 *
 * @returns undefined where it is not an ID as the server makes them
 */
export function claimedClient(headers: Headers, { client_id: id }: Parameters): string | undefined {
  const named = id ?? basicUser(headers) ?? '';
  return CLIENT_ID.test(named) ? named : undefined;
}

function basicUser(headers: Headers): string | undefined {
  const encoded = credentialsOf(headers, 'Basic');
  if (encoded === undefined || encoded.length > LONGEST_CREDENTIALS) return undefined;
  return Buffer.from(encoded, 'base64').toString('latin1').split(':', 1)[0];
}
