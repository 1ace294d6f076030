import type { Keyring } from '../keys/keyring.js';
import { JWKS_MAX_AGE_SECONDS } from '../keys/schedule.js';
import { createDocument, documentEndpoint } from './document.js';
import type { Endpoint } from './endpoint.js';
import { paths } from './paths.js';
import type { DescribeMetadata } from './server-metadata.js';

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

export const jwksMetadata: DescribeMetadata = ({ issuer }) => ({ jwks_uri: issuer + paths.jwks[0] });
