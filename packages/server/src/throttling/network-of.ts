import { isIPv6 } from 'node:net';

/** An IPv4 address within an IPv6 one, as URLs write it: `::ffff:102:304`. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * What one subscriber has, as far as limits go: an IPv4 address, or the first half of an IPv6 one. Whoever has one
 * address of a /64 has all 2^64 of them, and a limit on each would be none.
 *
 * @param address as a socket or a proxy says it; what is no address stands for itself
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%', 1);
  if (!isIPv6(plain)) return address;
  const mapped = unmapped(plain);
  if (mapped !== plain) return mapped;
  return `${groupsOf(shortest(plain)).slice(0, 4).join(':')}::/64`;
}

/** The IPv4 address that an IPv6 one stands for (RFC 4291 §2.5.5.2); any other address as it is. */
export function unmapped(address: string): string {
  const [, high, low] = (isIPv6(address) && MAPPED.exec(shortest(address))) || [];
  if (high === undefined || low === undefined) return address;
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** The one way to write an IPv6 address that URLs have (RFC 5952). */
function shortest(address: string): string {
  const [plain = ''] = address.split('%', 1);
  return new URL(`http://[${plain}]`).hostname.slice(1, -1);
}

/** All eight groups of an address that may leave out the zeros. */
function groupsOf(address: string): readonly string[] {
  const [before = [], after = []] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}
