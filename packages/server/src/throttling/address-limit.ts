import { type Limit, type LimitSettings, type Limits, type LimitUsage, waitOf } from './limit.js';
import { networksOf } from './network-of.js';

/** How many times the limit of one IPv6 /64 its whole /48 has. */
export const WIDE_FACTOR = 4;

/** Counts network addresses. It has no `reset`: others share a network. */
export type AddressLimit = Pick<Limit, 'count' | 'refund'>;

/**
 * A limit per network address; IPv6 is counted by /64 and by /48. If the narrow network exceeds its limit, the wide
 * one is not counted.
 *
 * @param make makes the limit for each of the two: `limits.exact` or `limits.approximate`
 */
export function createAddressLimit(make: Limits['approximate'], settings: LimitSettings): AddressLimit {
  const narrow = make(settings);
  const wide = make({
    ...settings,
    name: `${settings.name}, IPv6 /48`,
    points: settings.points * WIDE_FACTOR,
  });
  return {
    async count(address, cost) {
      const networks = networksOf(address);
      const usage = await narrow.count(networks.narrow, cost);
      if (networks.wide === undefined || waitOf(usage) > 0) return usage;
      return tighter(usage, await wide.count(networks.wide, cost));
    },
    async refund(address) {
      const networks = networksOf(address);
      await narrow.refund(networks.narrow);
      if (networks.wide !== undefined) await wide.refund(networks.wide);
    },
  };
}

/** The usage that exceeds its limit, or the one with less left. */
function tighter(one: LimitUsage, other: LimitUsage): LimitUsage {
  return other.limit - other.used < one.limit - one.used ? other : one;
}
