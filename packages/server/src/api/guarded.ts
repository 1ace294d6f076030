import type { Clock } from '../crypto/clock.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { ApiKeyStore } from '../storage/ports/index.js';
import { authenticateApiKey } from './api-key.js';
import { Problem } from './problem.js';

/** An endpoint of the management API: for holders of a key, and with its refusals as problem documents. */
export function guarded(apiKeys: ApiKeyStore, clock: Clock, endpoint: Endpoint): Endpoint {
  return async (incoming) => {
    try {
      await authenticateApiKey(apiKeys, incoming.headers, clock);
      return await endpoint(incoming);
    } catch (error) {
      if (error instanceof Problem) return error.toAnswer();
      throw error;
    }
  };
}
