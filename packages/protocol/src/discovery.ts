/** Where an issuer may publish its metadata. */
export interface MetadataUrls {
  /** RFC 8414 §3.1: the well-known part goes between host and path. */
  readonly oauth: string;
  /** OpenID Connect Discovery 1.0 §4.1: the well-known part goes after the path. */
  readonly openid: string;
  /** Many servers publish the OAuth document after the path as well. Equal to `oauth` for an issuer without a path. */
  readonly oauthAfterPath: string;
}

/**
 * The addresses of an issuer's metadata. Both specifications drop a slash at the end of the path.
 *
 * @param issuer a URL without query and fragment
 */
export function metadataUrls(issuer: string): MetadataUrls {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const oauth = '/.well-known/oauth-authorization-server';
  return {
    oauth: origin + oauth + path,
    openid: `${origin}${path}/.well-known/openid-configuration`,
    oauthAfterPath: origin + path + oauth,
  };
}
