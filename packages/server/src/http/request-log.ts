import type { EndpointResponse, RequestNote } from '../endpoints/endpoint.js';
import type { Log } from '../operations/log.js';
import type { Refusal } from '../protocol/index.js';
import { type AddressPrivacy, addressForLog } from './log-address.js';

/** The log of one request. */
export interface RequestLog {
  /** The ID to search the log for; the response has it in `X-Request-Id`. */
  readonly id: string;
  /** Adds what an endpoint learned of the request. */
  readonly note: (note: RequestNote) => void;
  /** Writes a refusal, which never holds what the client sent. */
  refused(refusal: Refusal): void;
  /** Writes the line of the access log, and one for a response that is a refusal. */
  responded(response: EndpointResponse): void;
}

export interface RequestLogSettings {
  readonly log: Log;
  readonly newRequestId: () => string;
  readonly addresses: AddressPrivacy;
}

/**
 * @param route the path in the table of routes, since the path that was sent may hold a name
 * @param address the network address of the client
 */
export function startRequestLog(
  { log, newRequestId, addresses }: RequestLogSettings,
  { method, route, address }: { readonly method: string; readonly route: string; readonly address: string },
): RequestLog {
  const id = newRequestId();
  const started = performance.now();
  let known: RequestNote = {};
  let written = false;

  const described = () => ({
    requestId: id,
    method,
    route,
    address: addressForLog(address, addresses),
    clientId: known.clientId,
    userId: known.userId,
  });

  return {
    id,
    note(note) {
      known = { ...known, ...note };
    },
    refused(refusal) {
      written = true;
      log.refusal(refusal, described());
    },
    responded(response) {
      const status = response.kind === 'redirect' ? 303 : response.status;
      const reason = known.refusal ?? ('refusal' in response ? response.refusal : undefined);
      if (!written && (reason !== undefined || status >= 400)) {
        log.info('request refused', { ...described(), status, reason });
      }
      log.info('request', { ...described(), status, ms: Math.round(performance.now() - started) });
    },
  };
}
