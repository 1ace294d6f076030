import { BlockList, isIP } from 'node:net';
import type { Place } from '../../pages/index.js';

/** Addresses of the machine itself. */
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Addresses that are used within a network (RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6, RFC 6598). */
const local = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  local.addSubnet(network, prefix);
}
local.addSubnet('fc00::', 7, 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');

/**
 * Where a network address is, as far as the address itself says it. A city would need a service that learns the addresses
 * of all users, or a database that is soon out of date.
 *
 * @param address null if it is unknown
 */
export function placeOf(address: string | null): Place {
  const version = isIP(address ?? '');
  if (address === null || version === 0) return { kind: 'unknown' };
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(address, family)) return { kind: 'thisMachine', address };
  return { kind: local.check(address, family) ? 'localNetwork' : 'internet', address };
}
