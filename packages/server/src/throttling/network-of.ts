import { isIPv6 } from 'node:net';

/** An IPv4 address within an IPv6 one, as URLs write it: `::ffff:102:304`. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** The networks that one address counts for. */
export interface Networks {
  /** What one subscriber has at least: an IPv4 address, or the /64 of an IPv6 one. */
  readonly narrow: string;
  /** What one site is usually given (RFC 6177 §2): the /48 of an IPv6 address; undefined for any other. */
  readonly wide: string | undefined;
}

/**
 * Every holder of one IPv6 address has at least its /64, and often the whole /48: a limit on single addresses would
 * limit nothing.
 *
 * @param address as a socket or a proxy gives it; a text that is no address stands for itself
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
