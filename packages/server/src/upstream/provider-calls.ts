import { isJsonObject, type JsonObject, parseJson } from '@grantor/protocol';
import { type Outbound, OutboundError, type OutboundRequest } from '../outbound/outbound.js';
import { UpstreamError } from './provider.js';

/** Calls a provider. */
export interface ProviderCalls {
  /**
   * @param what is called, for the log
   * @returns the JSON of the response with its status; undefined for a body that is not JSON
   * @throws UpstreamError `unavailable` if there is no response
   */
  call(what: string, url: string, request: OutboundRequest): Promise<{ status: number; json: unknown }>;
  /**
   * @returns the JSON object of a successful response
   * @throws UpstreamError `unavailable`
   */
  object(what: string, url: string, headers?: Readonly<Record<string, string>>): Promise<JsonObject>;
}

export function createProviderCalls(outbound: Outbound, providerId: string): ProviderCalls {
  const caller = { purpose: 'provider', clientId: providerId, hasResponded: true } as const;

  const call: ProviderCalls['call'] = async (what, url, request) => {
    try {
      const headers = { accept: 'application/json', ...request.headers };
      const { status, body } = await outbound.request(url, { ...request, headers }, caller);
      return { status, json: parseJson(body) };
    } catch (cause) {
      if (!(cause instanceof OutboundError)) throw cause;
      throw new UpstreamError('unavailable', `the ${what} of the provider: ${cause.message}`, { cause });
    }
  };

  return {
    call,
    async object(what, url, headers = {}) {
      const { status, json } = await call(what, url, { method: 'GET', headers });
      if (status === 200 && isJsonObject(json)) return json;
      throw new UpstreamError('unavailable', `the ${what} of the provider responded with status ${status}`);
    },
  };
}
