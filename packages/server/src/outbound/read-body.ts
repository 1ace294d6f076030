import type { IncomingMessage } from 'node:http';
import { OutboundError, type OutboundResponse } from './outbound.js';

/**
 * Reads the body of a response.
 *
 * @throws OutboundError for a redirect, and for a body that is compressed or too large
 */
export async function readBody(
  message: IncomingMessage,
  maxBytes: number,
): Promise<OutboundResponse<Buffer>> {
  const { statusCode: status = 0, headers } = message;
  if (status >= 300 && status < 400)
    throw new OutboundError(`the response has status ${status}; redirects are not followed`);
  // No compression was requested, and a small body can be large when it is decompressed.
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new OutboundError('the response is compressed, which was not requested');
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return { status, headers: readHeaders(message), body: Buffer.concat(chunks) };
}

/** @throws OutboundError where the body is not UTF-8 */
export function textOf({ body, ...rest }: OutboundResponse<Buffer>): OutboundResponse {
  try {
    return { ...rest, body: new TextDecoder('utf-8', { fatal: true }).decode(body) };
  } catch (cause) {
    throw new OutboundError('the response is not UTF-8', { cause });
  }
}

function readHeaders({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

function tooLarge(maxBytes: number): OutboundError {
  return new OutboundError(`the response is larger than ${maxBytes} bytes`);
}
