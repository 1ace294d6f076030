import { BlockList, isIP } from 'node:net';

/** IPv4 networks that are not public (RFC 6890, IANA's special-purpose address registry). */
const notPublic4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private (RFC 1918)
  ['100.64.0.0', 10], // carrier-grade NAT (RFC 6598); one cloud's metadata at 100.100.100.200
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // the host below a virtual machine in Azure
  ['169.254.0.0', 16], // link-local, and with it most clouds' metadata
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; one cloud's metadata at 192.0.0.192
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and the broadcast address
];

/**
 * Networks that are not public within 2000::/3, the only IPv6 range with public addresses. Everything outside it is refused:
 * loopback, link-local, unique local, multicast, IPv4-mapped and NAT64 addresses.
 */
const notPublic6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23], // protocol assignments: Teredo hides an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4 hides an IPv4 address
  ['3fff::', 20], // documentation
];

const refused = new BlockList();
for (const [network, prefix] of notPublic4) refused.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of notPublic6) refused.addSubnet(network, prefix, 'ipv6');

const givenOut6 = new BlockList();
givenOut6.addSubnet('2000::', 3, 'ipv6');

/**
 * Whether an address is of the public internet. Text that is not an address in its canonical form is not.
 *
 * @param address IPv4 or IPv6, without brackets
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !refused.check(address, 'ipv4');
  if (version !== 6 || address.includes('%')) return false;
  return givenOut6.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}
