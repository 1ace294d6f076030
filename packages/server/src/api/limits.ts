import type { Principal } from '../principals/principal.js';
import { isSafe } from '../principals/same-origin.js';
import { retryAfter } from '../protocol/index.js';
import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limit, type Limits, type LimitUsage, waitOf } from '../throttling/limit.js';
import { callerName } from './caller-name.js';
import { Problem } from './problem.js';

const WINDOW_SECONDS = 60;

/** A refused credential counts as this many requests, which slows down guessing. */
const REFUSED_CREDENTIAL = 10;

/** The most requests in a minute; 0 means no limit. */
export interface ApiLimitSettings {
  readonly apiReadsPerMinute: number;
  readonly apiWritesPerMinute: number;
  readonly apiRequestsPerMinutePerAddress: number;
}

/** The limits that one request counts against. */
export interface Allowance {
  /** The headers of the response, for the limit with the fewest requests left. */
  headers(): Readonly<Record<string, string>>;
  /** Counts the request for its authenticated caller. @throws Problem 429 */
  countCaller(principal: Principal): Promise<void>;
  /** Counts a credential that was refused. */
  countRefusal(): Promise<void>;
}

export interface ApiLimits {
  /**
   * Counts the request for its address.
   *
   * @throws Problem 429
   */
  admit(request: { readonly method: string; readonly address: string }): Promise<Allowance>;
}

/** The limits of the management API. */
export function createApiLimits(limits: Limits, settings: ApiLimitSettings): ApiLimits {
  const settingsOf = (what: string, points: number) => ({
    name: `API ${what}`,
    points,
    windowSeconds: WINDOW_SECONDS,
  });
  const perCaller = (what: string, points: number) =>
    points === 0 ? undefined : limits.approximate(settingsOf(what, points));
  const reads = perCaller('reads by caller', settings.apiReadsPerMinute);
  const writes = perCaller('writes by caller', settings.apiWritesPerMinute);
  const perAddress = settings.apiRequestsPerMinutePerAddress;
  const byAddress =
    perAddress === 0
      ? undefined
      : createAddressLimit(limits.approximate, settingsOf('requests by address', perAddress));
  return {
    async admit({ method, address }) {
      const usages: LimitUsage[] = [];
      if (byAddress !== undefined) usages.push(await count(byAddress, address));
      return {
        headers: () => headersOf(usages),
        async countCaller(principal) {
          const limit = isSafe(method) ? reads : writes;
          if (limit !== undefined) usages.push(await count(limit, callerName(principal)));
        },
        async countRefusal() {
          if (byAddress !== undefined) {
            usages.push(await byAddress.count(address, REFUSED_CREDENTIAL - 1));
          }
        },
      };
    },
  };
}

/** @throws Problem 429 */
async function count(limit: Pick<Limit, 'count'>, key: string): Promise<LimitUsage> {
  const usage = await limit.count(key);
  const wait = waitOf(usage);
  if (wait === 0) return usage;
  throw new Problem(429, `Too many requests: the limit is ${usage.limit} in a minute`, {
    headers: { ...headersOf([usage]), ...retryAfter(wait) },
  });
}

const remainingOf = ({ limit, used }: LimitUsage) => Math.max(0, limit - used);

function headersOf(usages: readonly LimitUsage[]): Readonly<Record<string, string>> {
  const [least] = usages.toSorted((one, other) => remainingOf(one) - remainingOf(other));
  if (least === undefined) return {};
  return {
    'ratelimit-limit': String(least.limit),
    'ratelimit-remaining': String(remainingOf(least)),
    'ratelimit-reset': String(least.resetSeconds),
    'ratelimit-policy': `${least.limit};w=${WINDOW_SECONDS}`,
  };
}
