import { fetchJson, type JsonResponse } from '@grantor/protocol';
import { ClientError, type ClientErrorCode } from './errors.js';
import type { Settings } from './options.js';

/** More than metadata, keys and tokens ever need. */
const MAX_BYTES = 1024 * 1024;

type Network = Pick<Settings, 'fetch' | 'timeoutSeconds'>;

/**
 * Sends one request and reads the response.
 *
 * @param target what is called, for error messages
 * @throws ClientError `network`, `timeout` or `invalid_response` (a redirect, or a body of more than 1 MiB)
 */
export async function send(
  { fetch, timeoutSeconds }: Network,
  target: string,
  url: string,
  init: RequestInit,
): Promise<JsonResponse> {
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  const response = await fetchJson(fetch, url, { ...init, signal }, MAX_BYTES);
  if (!('failure' in response)) return response;
  const [code, what]: [ClientErrorCode, string] = {
    network: ['network', 'could not be reached. Check that the server runs and that the address is right.'],
    timeout: ['timeout', `did not respond within ${timeoutSeconds} seconds (option "timeoutSeconds").`],
    redirect: [
      'invalid_response',
      'responded with a redirect, which is not followed. Configure its final address.',
    ],
    too_large: ['invalid_response', `responded with more than ${MAX_BYTES} bytes. Check the address.`],
  }[response.failure] as [ClientErrorCode, string];
  throw new ClientError(code, `The ${target} ${what}`, { cause: response.cause });
}
