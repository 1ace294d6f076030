import { isIP } from 'node:net';
import { unmapped } from '../throttling/network-of.js';

/** An address with a port behind it, as some proxies write it. */
const WITH_PORT = /^(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<plain>\d+(?:\.\d+){3})):\d{1,5}$/i;

/**
 * The network address that a request comes from. Every proxy adds whom it heard from at the end of
 * `X-Forwarded-For`, so that what stands further to the left than our own proxies is only what the caller says.
 *
 * @param socket the address at the other end of the connection
 * @param trustedProxies how many proxies of the operator's the request comes through
 */
export function addressOf(headers: Headers, socket: string, trustedProxies: number): string {
  const own = unmapped(socket);
  if (trustedProxies === 0) return own;
  const said = headers.get('x-forwarded-for')?.split(',').at(-trustedProxies)?.trim() ?? '';
  const { bracketed, plain } = WITH_PORT.exec(said)?.groups ?? {};
  const address = bracketed ?? plain ?? said.replace(/^\[(.*)\]$/, '$1');
  // A zone says nothing here, and could say anything.
  return isIP(address) === 0 || address.includes('%') ? own : unmapped(address);
}
