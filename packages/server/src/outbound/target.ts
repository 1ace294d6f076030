import { OutboundError } from './outbound.js';

/** A URL whose text may be called. Its addresses are not checked yet. */
export interface Target {
  readonly url: URL;
  /** A name or an address, without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  /** Whether the operator allowed the host by name, whatever its addresses. */
  readonly trusted: boolean;
}

/** Whether the operator allowed a host by name. */
export type TrustsHost = (url: URL) => boolean;

/**
 * Reads the list of allowed hosts.
 *
 * @param allowedHosts `name`, for all its ports, or `name:port`
 */
export function createTrust(allowedHosts: readonly string[]): TrustsHost {
  const allowed = new Set(allowedHosts.map((entry) => entry.toLowerCase()));
  return (url) => allowed.has(url.hostname) || allowed.has(`${url.hostname}:${portOf(url)}`);
}

/**
 * Checks the text of a URL: https on port 443, without credentials. Hosts that the operator allowed by name can also have
 * http, and any port.
 *
 * The URL parser has already normalized every spelling of an IPv4 address (0x7f000001, 2130706433, 0177.0.0.1).
 *
 * @throws OutboundError if it may not be called
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
    // A name with a trailing dot is the same host under another name, which no certificate and no rule has.
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
