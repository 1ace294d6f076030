import { OAuthError } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limits, type Standing, waitOf } from '../throttling/limit.js';
import { networksOf } from '../throttling/network-of.js';
import { RetryLater } from '../throttling/retry-later.js';
import type { Endpoint, EndpointRequest } from './endpoint.js';

const WINDOW_SECONDS = 60;

/** How many requests to one endpoint there may be in a minute; 0 for no limit. */
export interface RequestLimitSettings {
  readonly perAddress: number;
  readonly perClient: number;
}

/** The limits of one endpoint of the protocol. */
export interface RequestLimits {
  /**
   * Counts the request for its address, before anything else is done for it.
   *
   * @throws OAuthError 429
   */
  admit(address: string): Promise<void>;
  /**
   * Counts the request for a client that has authenticated. A public client proves nothing, so that it is counted for
   * each address apart: otherwise a stranger could spend its limit.
   *
   * @throws OAuthError 429
   */
  admitClient(client: Pick<ClientRecord, 'id' | 'authenticationMethod'>, address: string): Promise<void>;
}

/** @param name the endpoint, in words; unique within a server */
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

/**
 * An authorization endpoint with limits. A request proves no client, so that the client that it names is counted for
 * each address apart.
 */
export function limitedAuthorization(endpoint: Endpoint, limits: RequestLimits): Endpoint {
  return async (incoming) => {
    await limits.admit(incoming.address);
    const id = clientIdOf(incoming);
    if (id !== null) await limits.admitClient({ id, authenticationMethod: 'none' }, incoming.address);
    return endpoint(incoming);
  };
}

function clientIdOf({ method, query, body }: EndpointRequest): string | null {
  return new URLSearchParams(method === 'POST' ? (body?.text ?? '') : query).get('client_id');
}

function refuseOver(standing: Standing, what: string): void {
  const wait = waitOf(standing);
  if (wait === 0) return;
  const words = `Too many requests from this ${what}: no more than ${standing.limit} in a minute. Send it again after the seconds in Retry-After`;
  throw new OAuthError('temporarily_unavailable', words, { status: 429, cause: new RetryLater(words, wait) });
}
