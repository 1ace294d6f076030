import { ClientError } from './errors.js';
import { isJsonObject, type JsonObject, parseJson } from './json.js';
import { readBoundedText } from './response-text.js';
import type { Settings } from './settings.js';

/** An HTTP answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body, where it is a JSON object. */
  readonly json: JsonObject | undefined;
}

type Network = Pick<Settings, 'fetch' | 'timeoutSeconds'>;

/**
 * Sends one request and reads the answer. Redirects are refused: following one would hand codes, tokens and
 * secrets to an address that nobody configured.
 * @param network what to send with, and how many seconds it may take
 * @param target what is called, in words for error messages
 * @throws ClientError `network`, `timeout` or `invalid_response` (a redirect, or a body of more than 1 MiB)
 */
export async function send(
  network: Network,
  target: string,
  url: string,
  init: RequestInit,
): Promise<Answer> {
  const signal = AbortSignal.timeout(network.timeoutSeconds * 1000);
  return named(network, target, async () => {
    // 'manual' and not 'error', which some workers do not know and which hides the reason.
    const response = await network.fetch(url, { ...init, redirect: 'manual', signal });
    refuseRedirect(response, target);
    const body = parseJson(await readBoundedText(response, target));
    return {
      status: response.status,
      headers: response.headers,
      json: isJsonObject(body) ? body : undefined,
    };
  });
}

/** Runs a request and turns what `fetch` throws, which differs by runtime, into errors of this package. */
async function named<Result>(
  network: Network,
  target: string,
  request: () => Promise<Result>,
): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof ClientError) throw error;
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new ClientError(
        'timeout',
        `The ${target} did not answer within ${network.timeoutSeconds} seconds (option "timeoutSeconds").`,
      );
    }
    throw new ClientError('network', `The ${target} could not be reached. Is the server up?`, {
      cause: error,
    });
  }
}

/** Refuses a redirect, which a browser shows as an answer of type `opaqueredirect` and status 0. */
function refuseRedirect(response: Response, target: string): void {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    throw new ClientError(
      'invalid_response',
      `The ${target} answered with a redirect, which is not followed. Configure its final address.`,
    );
  }
}
