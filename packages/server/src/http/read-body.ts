import type { RequestBody } from '../endpoints/endpoint.js';
import { OAuthError } from '../protocol/index.js';
import type { BodyShare } from './body-budget.js';

/** The most that a request body may hold where the route does not say otherwise, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads a body of UTF-8 text.
 *
 * @param share of the memory for bodies of more than 64 KiB; the caller releases it
 * @param most the most bytes that it may have
 * @param isParsed whether an HTTP parser of Node made the request. Elsewhere, an application may have made it, for example
 *   with an inflated body and the length of the deflated one
 * @returns undefined if the request has none
 * @throws OAuthError `invalid_request`, with 413 where the body is larger, and 400 where it is not UTF-8 or incomplete;
 *   `temporarily_unavailable` where large bodies take too much memory already
 */
export async function readBody(
  request: Request,
  share: BodyShare,
  most = MAX_BODY_BYTES,
  isParsed = true,
): Promise<RequestBody | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const bytes = await readBytes(request, share, most, isParsed).catch((error: unknown) => {
    if (error instanceof OAuthError) throw error;
    // The client closed the connection: this is not a failure of the server.
    throw new OAuthError('invalid_request', 'The body broke off before its end', { cause: error });
  });
  if (bytes.length === 0) return undefined;
  const mediaType = (request.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { mediaType: mediaType.trim().toLowerCase(), text };
  } catch {
    throw new OAuthError('invalid_request', 'The body is not valid UTF-8');
  }
}

async function readBytes(
  request: Request,
  share: BodyShare,
  most: number,
  isParsed: boolean,
): Promise<Uint8Array> {
  const announced = request.headers.get('content-length');
  if (announced !== null) {
    if (Number(announced) > most) throw tooLarge(most);
    if (isParsed) {
      if (Number(announced) > MAX_BODY_BYTES) share.take(Number(announced));
      // The HTTP parser passes on no more bytes than Content-Length says.
      return new Uint8Array(await request.arrayBuffer());
    }
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  let counted = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > most) throw tooLarge(most);
    if (length > MAX_BODY_BYTES) {
      share.take(length - counted);
      counted = length;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(most: number): OAuthError {
  return new OAuthError('invalid_request', `The body is larger than ${most} bytes`, {
    status: 413,
  });
}
