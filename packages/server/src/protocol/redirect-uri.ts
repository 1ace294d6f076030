import { isLoopbackHost } from '@grantor/protocol';

/** Schemes of well-known desktop apps without a dot, which RFC 8252 §7.1 requires. */
const APP_SCHEMES = new Set(['claude:', 'cursor:', 'vscode:', 'vscode-insiders:']);

/** The response parameters that Grantor adds. A redirect URI that has one could forge a response. */
const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error', 'id_token', 'access_token', 'response'];

const MAX_LENGTH = 2048;

/**
 * Checks a redirect URI that a client registers.
 *
 * @param uri as the client wrote it
 * @returns undefined, or what is wrong as the end of a sentence for the developer. It does not repeat the URI
 *
 * Sources: RFC 6749 §3.1.2 (absolute, no fragment), RFC 8252 §7 (app schemes, loopback),
 * RFC 9700 §2.1 (https, no wildcards).
 */
export function redirectUriProblem(uri: string): string | undefined {
  if (uri.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  // URL parsers drop or rewrite these without an error, so the compared URI would not be the one that is used.
  if (/[^\x21-\x7e]|[\\"<>^`{|}]/.test(uri)) return 'contains characters that a URI cannot have';
  const url = URL.parse(uri);
  if (url === null) return 'is not an absolute URI';
  if (uri.includes('#')) return 'must not have a fragment (#...)';
  const authority = authorityOf(uri);
  if (authority.includes('@')) return 'must not have a user name or password (...@)';
  if (authority.includes('*')) return 'must not have a wildcard; register each URI exactly';
  if (hasDotSegment(uri)) return "must not have '.' or '..' path segments";
  const preset = RESPONSE_PARAMETERS.find((name) => url.searchParams.has(name));
  if (preset !== undefined) return `must not preset the response parameter '${preset}'`;
  return schemeProblem(uri, url);
}

/**
 * Finds the registered redirect URI that a request's `redirect_uri` matches.
 *
 * Exact string comparison (RFC 9700 §4.1.3), and for loopback IP addresses any port, since a native
 * app takes whichever is free (RFC 8252 §7.3). `localhost` is a name, not an address, and must match exactly.
 *
 * @returns whether there is one
 */
export function matchesRedirectUri(requested: string, registered: readonly string[]): boolean {
  if (registered.includes(requested)) return true;
  const loopback = loopbackParts(requested);
  if (loopback === undefined) return false;
  return registered.some((candidate) => {
    const parts = loopbackParts(candidate);
    return parts !== undefined && parts.host === loopback.host && parts.rest === loopback.rest;
  });
}

/**
 * Adds response parameters to a redirect URI, keeping the query it has (RFC 6749 §3.1.2).
 *
 * @param part where they go: the query, or the fragment (OAuth 2.0 Multiple Response Types §2.1)
 */
export function addToRedirectUri(
  uri: string,
  parameters: Readonly<Record<string, string | undefined>>,
  part: 'query' | 'fragment',
): string {
  const encoded = Object.entries(parameters)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  if (part === 'fragment') return `${uri}#${encoded}`;
  return `${uri}${uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'}${encoded}`;
}

/**
 * The host on the consent page: the one that gets the response. For a private-use scheme it is the scheme alone: the app
 * chooses what looks like a host after it, and may choose the host of another site.
 */
export function redirectUriHost(uri: string): string {
  const url = URL.parse(uri);
  if (url === null) return uri;
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.host : url.protocol.slice(0, -1);
}

/**
 * Whether a native app can prove with this redirect URI who it is: an https URI of a host that is not the device itself
 * (RFC 8252 §7.2, §8.6).
 */
export function isClaimedHttpsUri(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol === 'https:' && !isThisDevice(url.hostname);
}

/** Includes names and addresses of the device that cannot be registered with plain http (RFC 6761 §6.3). */
function isThisDevice(hostname: string): boolean {
  return (
    isLoopbackHost(hostname) ||
    /(?:^|\.)localhost\.?$/.test(hostname) ||
    /^(?:0\.0\.0\.0|\[::\]|\[::ffff:(?:7f[0-9a-f]{2}:[0-9a-f]{1,4}|0:0)\])$/.test(hostname)
  );
}

function schemeProblem(uri: string, url: URL): string | undefined {
  if (!uri.startsWith(url.protocol)) return 'must have its scheme in lower case';
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    const authority = authorityOf(uri);
    if (authority === '') return 'must have a host';
    // Parsers accept characters that no DNS name has, and that have another meaning in a header (CSP Level 3 §2.3.1).
    if (!/^[A-Za-z0-9._:[\]-]+$/.test(authority)) return 'has a host with characters that no host name has';
    if (url.protocol === 'https:' || isLoopbackHost(url.hostname)) return undefined;
    return 'must use https; plain http is for localhost only';
  }
  // RFC 8252 §7.1: private-use schemes are domain names in reverse, which no other app uses by accident. Schemes that a
  // browser executes, such as javascript:, data: and file:, have no dot.
  if (url.protocol.includes('.') || APP_SCHEMES.has(url.protocol)) return undefined;
  return 'must use https, http on localhost, or an app scheme that is a domain name in reverse, such as com.example.app:';
}

function authorityOf(uri: string): string {
  return /^[^:]+:\/\/([^/?]*)/.exec(uri)?.[1] ?? '';
}

function hasDotSegment(uri: string): boolean {
  const path = uri.replace(/^[^:]+:(?:\/\/[^/?]*)?/, '').replace(/\?.*$/, '');
  return path
    .replaceAll(/%2e/gi, '.')
    .split(/[/]|%2f|%5c/i)
    .some((segment) => /^\.{1,2}(?:;|$)/.test(segment));
}

function loopbackParts(uri: string): { host: string; rest: string } | undefined {
  const found = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?([/?].*)?$/.exec(uri);
  if (found === null || uri.includes('#') || Number(found[2] ?? 80) > 65_535) return undefined;
  return { host: found[1] ?? '', rest: found[3] ?? '' };
}
