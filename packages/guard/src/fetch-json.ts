import { KeysUnavailable } from './keys-unavailable.js';

const MAX_RESPONSE_BYTES = 64 * 1024;

/**
 * Gets a JSON object from the authorization server: no redirects, 64 KiB at most.
 *
 * @returns undefined when the server answers with anything but 200
 * @throws KeysUnavailable when it does not answer, or not with a JSON object of that size
 */
export async function fetchJson(
  url: string,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    // `manual` and not `error`: edge runtimes know only the former, and a redirect is not a 200 either way.
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/json' },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return undefined;
    }
    const value: unknown = JSON.parse(await readText(response));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw new KeysUnavailable(`${url} could not be read`, { cause });
  }
  throw new KeysUnavailable(`${url} is not a JSON object`);
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) {
      await reader.cancel();
      throw new RangeError(`the answer is larger than ${MAX_RESPONSE_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
