import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../principals/principal.js';
import { isSafe } from '../principals/same-origin.js';
import { networkOf } from '../throttling/network-of.js';
import { callerName } from './caller-name.js';
import { Problem } from './problem.js';

const WINDOW_SECONDS = 60;

/** What a refused credential counts for: whoever guesses has a tenth of the attempts. */
const REFUSED_CREDENTIAL = 10;

/** How many requests there may be in a minute; 0 for no limit. */
export interface ApiLimitSettings {
  readonly apiReadsPerMinute: number;
  readonly apiWritesPerMinute: number;
  readonly apiRequestsPerMinutePerAddress: number;
}

/** How much is left of one limit. */
interface Standing {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there is all of it again. */
  readonly reset: number;
}

/** What one request is told of the limits that it counts against. */
export interface Allowance {
  /** The headers of its answer, of the limit that has the least left. */
  headers(): Readonly<Record<string, string>>;
  /** Counts the request for whoever it turned out to come from. @throws Problem 429 */
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

/** Counts in memory, each process for itself; what is a minute old is forgotten. */
export function createApiLimits(settings: ApiLimitSettings): ApiLimits {
  const reads = createLimit(settings.apiReadsPerMinute);
  const writes = createLimit(settings.apiWritesPerMinute);
  const byAddress = createLimit(settings.apiRequestsPerMinutePerAddress);
  return {
    async admit({ method, address }) {
      const network = networkOf(address);
      const standings = [await byAddress?.count(network)].filter((standing) => standing !== undefined);
      return {
        headers: () => headersOf(standings),
        async countCaller(principal) {
          const limit = isSafe(method) ? reads : writes;
          const standing = await limit?.count(callerName(principal));
          if (standing !== undefined) standings.push(standing);
        },
        async countRefusal() {
          const standing = await byAddress?.punish(network);
          if (standing !== undefined) standings.push(standing);
        },
      };
    },
  };
}

function createLimit(limit: number) {
  if (limit === 0) return undefined;
  const limiter = new RateLimiterMemory({ points: limit, duration: WINDOW_SECONDS });
  const standingOf = ({ remainingPoints, msBeforeNext }: RateLimiterRes): Standing => ({
    limit,
    remaining: remainingPoints,
    reset: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  });
  return {
    /** @throws Problem 429 */
    async count(key: string): Promise<Standing> {
      try {
        return standingOf(await limiter.consume(key));
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        const standing = standingOf(refused);
        throw new Problem(429, `Too many requests: no more than ${limit} in a minute`, {
          headers: { ...headersOf([standing]), 'retry-after': String(standing.reset) },
        });
      }
    },
    punish: async (key: string) => standingOf(await limiter.penalty(key, REFUSED_CREDENTIAL - 1)),
  };
}

function headersOf(standings: readonly Standing[]): Readonly<Record<string, string>> {
  const [least] = standings.toSorted((one, other) => one.remaining - other.remaining);
  if (least === undefined) return {};
  const remaining = String(least.remaining);
  const reset = String(least.reset);
  return {
    'ratelimit-limit': String(least.limit),
    'ratelimit-remaining': remaining,
    'ratelimit-reset': reset,
    'ratelimit-policy': `${least.limit};w=${WINDOW_SECONDS}`,
    // By these names programs written for DocSpace know them.
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': reset,
  };
}
