import { isIP } from 'node:net';
import { unmapped } from '../throttling/network-of.js';

/** An address with a port, as some proxies write it. */
const WITH_PORT = /^(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<plain>\d+(?:\.\d+){3})):\d{1,5}$/i;

/**
 * The network address that a request comes from. Each proxy appends the address of its peer to `X-Forwarded-For`, so
 * that only the entries of the operator's own proxies can be trusted. The client can write the entries before them.
 *
 * @param socket the address of the peer of the connection
 * @param trustedProxies how many proxies of the operator the request comes through
 */
export function addressOf(headers: Headers, socket: string, trustedProxies: number): string {
  const own = unmapped(socket);
  if (trustedProxies === 0) return own;
  const said = headers.get('x-forwarded-for')?.split(',').at(-trustedProxies)?.trim() ?? '';
  const { bracketed, plain } = WITH_PORT.exec(said)?.groups ?? {};
  const address = bracketed ?? plain ?? said.replace(/^\[(.*)\]$/, '$1');
  // The client can write any text as an IPv6 zone.
  return isIP(address) === 0 || address.includes('%') ? own : unmapped(address);
}
