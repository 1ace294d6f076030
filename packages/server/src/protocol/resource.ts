import { OAuthError } from './errors.js';

/** The most resources that one request may name. */
const MAX_RESOURCES = 16;

/**
 * Splits a `resource` parameter into its URIs, each once (RFC 8707 §2).
 *
 * @param text space-separated, as `parseForm` keeps a parameter that was sent several times
 * @throws OAuthError `invalid_target` if one of them is not an absolute URI without a fragment
 */
export function parseResources(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const resources = [...new Set(text.split(' ').filter((uri) => uri !== ''))];
  if (resources.length > MAX_RESOURCES) {
    throw new OAuthError('invalid_target', `'resource' is sent more than ${MAX_RESOURCES} times`);
  }
  if (!resources.every(isResource)) {
    throw new OAuthError('invalid_target', "'resource' must be an absolute URI without a fragment");
  }
  return resources;
}

/** Whether this may name a resource: an absolute URI without a fragment (RFC 8707 §2), and without a password. */
export function isResource(uri: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e%]+$/i.test(uri)) return false;
  if (uri.includes('#')) return false;
  const url = URL.parse(uri);
  return url !== null && url.username === '' && url.password === '';
}

/**
 * The common form of two spellings of one resource: scheme and host in lower case, and `/` for an empty
 * path (RFC 3986 §6.2.2.1, §6.2.3). The rest is compared as written: `/mcp` and `/mcp/` are two resources, and so
 * is an audience that is no URI (RFC 7519 §4.1.3).
 */
export function resourceKey(uri: string): string {
  const parts = /^([^:]+):(?:\/\/([^/?#]*))?(.*)$/.exec(uri);
  if (parts === null) return uri;
  const [, scheme = '', authority, rest = ''] = parts;
  if (authority === undefined) return `${scheme.toLowerCase()}:${rest}`;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return `${scheme.toLowerCase()}://${authority.toLowerCase()}${path}`;
}
