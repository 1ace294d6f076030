import { isIPv4 } from 'node:net';
import { networksOf } from '../throttling/network-of.js';

/** How much of a network address is logged. */
export type AddressPrivacy = 'full' | 'network' | 'none';

/**
 * @param address of a request
 * @returns the address, its network (a /24 of IPv4, a /48 of IPv6), or undefined
 */
export function addressForLog(address: string, privacy: AddressPrivacy): string | undefined {
  if (privacy === 'none') return undefined;
  if (privacy === 'full') return address;
  if (isIPv4(address)) return address.replace(/\.\d+$/, '.0/24');
  return networksOf(address).wide;
}
