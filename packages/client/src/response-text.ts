import { ClientError } from './errors.js';

/** The most that is read of a response, in bytes: far more than metadata, keys or tokens ever need. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads the body of a response as UTF-8 text, and no more of it than 1 MiB, so that a server cannot fill the memory of
 * the app.
 * @param target what was called, in words for error messages
 * @throws ClientError `invalid_response` where the body is longer
 */
export async function readBoundedText(response: Response, target: string): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    // Some runtimes have no streams of response bodies.
    const text = await response.text();
    if (text.length > MAX_BYTES) throw tooLong(target);
    return text;
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) {
      // The rest is not wanted; that it could not be cancelled changes nothing.
      await reader.cancel().catch(() => {});
      throw tooLong(target);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function tooLong(target: string): ClientError {
  return new ClientError(
    'invalid_response',
    `The ${target} answered with more than ${MAX_BYTES} bytes, which is not read. Is it the right address?`,
  );
}
