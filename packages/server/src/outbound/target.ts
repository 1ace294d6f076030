import { OutboundError } from './outbound.js';

/** A URL that may be called, as far as its text tells. */
export interface Target {
  readonly url: URL;
  /** A name or an address, without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  /** Whether the operator named the host, so that its address may be any. */
  readonly trusted: boolean;
}

/** Says whether the operator allowed a host by name. */
export type TrustsHost = (url: URL) => boolean;

/**
 * Reads the operator's list.
 *
 * @param allowedHosts `name`, for all its ports, or `name:port`
 */
export function createTrust(allowedHosts: readonly string[]): TrustsHost {
  const allowed = new Set(allowedHosts.map((entry) => entry.toLowerCase()));
  return (url) => allowed.has(url.hostname) || allowed.has(`${url.hostname}:${portOf(url)}`);
}

/**
 * Judges a URL by its text: https on port 443, with no credentials; for hosts that the operator
 * named also http, and any port.
 *
 * The URL's own rules have made every spelling of an IPv4 address (0x7f000001, 2130706433, 0177.0.0.1)
 * the plain one by now.
 *
 * @throws OutboundError where it may not be called
 */
export function readTarget(text: string, trusts: TrustsHost): Target {
  const url = URL.parse(text);
  if (url === null) throw new OutboundError('not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(url, 'is neither https nor http');
  if (url.username !== '' || url.password !== '') throw refused(url, 'has credentials in it');
  const trusted = trusts(url);
  const secure = url.protocol === 'https:';
  const port = portOf(url);
  if (!trusted) {
    if (!secure) throw refused(url, 'is not https');
    if (port !== 443) throw refused(url, 'names a port other than 443');
    // A trailing dot is a second name of the same host, which no certificate and no rule covers.
    if (url.hostname.endsWith('.')) throw refused(url, 'ends its host with a dot');
  }
  return { url, hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, secure, trusted };
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function refused(url: URL, why: string): OutboundError {
  return new OutboundError(`a URL at ${url.host} ${why}`);
}
