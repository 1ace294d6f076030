import { isJsonObject, type JsonObject, parseJson } from './json.js';

/** The part of `fetch` that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A response that was read to its end. */
export interface JsonResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body, if it is a JSON object. */
  readonly json: JsonObject | undefined;
}

/** Why there is no response to read. */
export interface FetchFailure {
  readonly failure: 'network' | 'redirect' | 'timeout' | 'too_large';
  /** What `fetch` threw. */
  readonly cause?: unknown;
}

/**
 * Sends one request and reads the response. Redirects are not followed: a redirect would send codes, tokens and secrets
 * to an address that is not configured.
 *
 * @param init with a `signal` that limits how long the request may take, its body included
 * @param maxBytes how much of the body is read at most, so that a server cannot fill the memory of the process
 * @returns the response, or why there is none; never rejects
 */
export async function fetchJson(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  maxBytes: number,
): Promise<JsonResponse | FetchFailure> {
  try {
    // 'manual' and not 'error', which some workers do not support and which hides the reason.
    const response = await fetch(url, { ...init, redirect: 'manual' });
    const { status, headers, type } = response;
    // A browser shows a redirect as a response of type `opaqueredirect` with status 0.
    const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
    const text = await readText(response, isRedirect ? 0 : maxBytes);
    if (isRedirect) return { failure: 'redirect' };
    if (text === undefined) return { failure: 'too_large' };
    const json = parseJson(text);
    return { status, headers, json: isJsonObject(json) ? json : undefined };
  } catch (cause) {
    const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
    return { failure: isTimeout ? 'timeout' : 'network', cause };
  }
}

/** The body as UTF-8 text; undefined if it is longer than the limit. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    // Some runtimes have no streams of response bodies.
    const text = await response.text();
    return text.length > maxBytes ? undefined : text;
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      // The result is the same if the rest cannot be cancelled.
      await reader.cancel().catch(() => {});
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
