import { isIPv6 } from 'node:net';

/** An IPv4 address within an IPv6 one, as URLs write it: `::ffff:102:304`. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** The networks that one address counts for. */
export interface Networks {
  /** The network of one subscriber: an IPv4 address, or the /64 of an IPv6 address. */
  readonly narrow: string;
  /** The network of one site (RFC 6177 §2): the /48 of an IPv6 address; undefined for IPv4. */
  readonly wide: string | undefined;
}

/**
 * A user of one IPv6 address has at least its /64, and often the whole /48, so that a limit of single addresses would have
 * no effect.
 *
 * @param address the address of a socket or from a proxy. Text that is not an address is its own network
 */
export function networksOf(address: string): Networks {
  const [plain = ''] = address.split('%', 1);
  if (!isIPv6(plain)) return { narrow: address, wide: undefined };
  const mapped = unmapped(plain);
  if (mapped !== plain) return { narrow: mapped, wide: undefined };
  const groups = groupsOf(shortest(plain));
  return {
    narrow: `${groups.slice(0, 4).join(':')}::/64`,
    wide: `${groups.slice(0, 3).join(':')}::/48`,
  };
}

/** The IPv4 address of a mapped IPv6 address (RFC 4291 §2.5.5.2); any other address unchanged. */
export function unmapped(address: string): string {
  const [, high, low] = (isIPv6(address) && MAPPED.exec(shortest(address))) || [];
  if (high === undefined || low === undefined) return address;
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** The canonical text of an IPv6 address, as in URLs (RFC 5952). */
function shortest(address: string): string {
  const [plain = ''] = address.split('%', 1);
  return new URL(`http://[${plain}]`).hostname.slice(1, -1);
}

/** All eight groups of an address, including compressed zeros. */
function groupsOf(address: string): readonly string[] {
  const [before = [], after = []] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}
