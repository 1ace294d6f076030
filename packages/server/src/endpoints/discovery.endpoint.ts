import type { Catalogue } from '../scopes/catalogue.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import { authorizationMetadata } from './authorization.endpoint.js';
import { checkSessionMetadata } from './check-session.endpoint.js';
import { createDocument, documentEndpoint } from './document.js';
import type { Endpoint } from './endpoint.js';
import { introspectionMetadata } from './introspection.endpoint.js';
import { jwksMetadata } from './jwks.endpoint.js';
import { logoutMetadata } from './logout.endpoint.js';
import { registrationMetadata } from './registration.endpoint.js';
import { revocationMetadata } from './revocation.endpoint.js';
import type { DescribeMetadata, ServerMetadata, SupportedFeatures } from './server-metadata.js';
import { tokenMetadata } from './token.endpoint.js';
import { userinfoMetadata } from './userinfo.endpoint.js';

/** How long clients may keep the metadata. */
const METADATA_MAX_AGE_SECONDS = 300;

/** What each endpoint contributes. */
const contributions: readonly DescribeMetadata[] = [
  authorizationMetadata,
  tokenMetadata,
  userinfoMetadata,
  revocationMetadata,
  introspectionMetadata,
  registrationMetadata,
  logoutMetadata,
  checkSessionMetadata,
  jwksMetadata,
];

/** The server's metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3). */
export function serverMetadata(features: SupportedFeatures): ServerMetadata {
  const contributed = contributions.map((contribute) => contribute(features));
  return Object.assign({ issuer: features.issuer }, ...contributed);
}

/** The metadata, which is built again when the scope catalogue changes. */
export function metadataEndpoint(
  scopes: Pick<ScopeCatalogue, 'current'>,
  features: Omit<SupportedFeatures, 'catalogue'>,
): Endpoint {
  const build = (catalogue: Catalogue) =>
    createDocument(serverMetadata({ ...features, catalogue }), METADATA_MAX_AGE_SECONDS);
  let catalogue = scopes.current();
  let document = build(catalogue);
  return documentEndpoint(() => {
    if (scopes.current() !== catalogue) {
      catalogue = scopes.current();
      document = build(catalogue);
    }
    return document;
  });
}
