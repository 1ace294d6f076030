import type { Answer, RequestNote } from '../endpoints/endpoint.js';
import type { Log } from '../operations/log.js';
import type { OAuthError } from '../protocol/index.js';
import { type AddressPrivacy, addressForLog } from './log-address.js';

/** What the log says of one request. */
export interface RequestLog {
  /** By which the log can be searched; the response has it in `X-Request-Id`. */
  readonly id: string;
  /** Takes what is learned of the request. */
  readonly note: (note: RequestNote) => void;
  /** Writes a refusal. Nothing of it may hold what the client sent. */
  refused(error: OAuthError): void;
  /** Writes the line of the access log, and a refusal that the answer is. */
  answered(answer: Answer): void;
}

export interface RequestLogSettings {
  readonly log: Log;
  readonly newRequestId: () => string;
  readonly addresses: AddressPrivacy;
}

/**
 * @param route its path as the table of routes has it, since the path itself may hold a name
 * @param address where the request comes from
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
    refused(error) {
      written = true;
      log.refusal(error, described());
    },
    answered(answer) {
      const status = answer.kind === 'redirect' ? 303 : answer.status;
      const reason = known.refusal ?? ('refusal' in answer ? answer.refusal : undefined);
      if (!written && (reason !== undefined || status >= 400)) {
        log.info('request refused', { ...described(), status, reason });
      }
      log.info('request', { ...described(), status, ms: Math.round(performance.now() - started) });
    },
  };
}
