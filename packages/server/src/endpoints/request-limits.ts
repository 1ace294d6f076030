import { tooManyRequests } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limits, type LimitUsage, waitOf } from '../throttling/limit.js';
import { networksOf } from '../throttling/network-of.js';

const WINDOW_SECONDS = 60;

/** How many requests to one endpoint there may be in a minute; 0 for no limit. */
export interface RequestLimitSettings {
  readonly perAddress: number;
  readonly perClient: number;
}

/** The limits of one protocol endpoint. */
export interface RequestLimits {
  /**
   * Counts the request for its address, before any other work.
   *
   * @throws OAuthError 429
   */
  admit(address: string): Promise<void>;
  /**
   * Counts the request for a client that has authenticated. A public client proves nothing, so that each address has
   * its own count: otherwise anyone could use up the client's limit. The same holds for a client that a request only names.
   *
   * @throws OAuthError 429
   */
  admitClient(client: Pick<ClientRecord, 'id' | 'authenticationMethod'>, address: string): Promise<void>;
}

/** @param name what the limits are called, such as `token requests`; unique within a server */
export function createRequestLimits(
  limits: Limits,
  name: string,
  { perAddress, perClient }: RequestLimitSettings,
): RequestLimits {
  const settingsOf = (key: string, points: number) => ({
    name: `${name} by ${key}`,
    points,
    windowSeconds: WINDOW_SECONDS,
  });
  const byAddress =
    perAddress === 0 ? undefined : createAddressLimit(limits.approximate, settingsOf('address', perAddress));
  const byClient = perClient === 0 ? undefined : limits.approximate(settingsOf('client', perClient));
  return {
    async admit(address) {
      if (byAddress !== undefined) refuseOver(await byAddress.count(address), 'network address');
    },
    async admitClient({ id, authenticationMethod }, address) {
      const key = authenticationMethod === 'none' ? `${id} ${networksOf(address).narrow}` : id;
      if (byClient !== undefined) refuseOver(await byClient.count(key), 'client');
    },
  };
}

function refuseOver(usage: LimitUsage, what: string): void {
  const wait = waitOf(usage);
  if (wait === 0) return;
  const description = `Too many requests from this ${what}: no more than ${usage.limit} in a minute. Send it again after the seconds in Retry-After`;
  throw tooManyRequests(description, wait);
}
