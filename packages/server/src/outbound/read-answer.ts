import type { IncomingMessage } from 'node:http';
import { OutboundError, type OutboundResponse } from './outbound.js';

/** The most that an answer may hold, in bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Reads an answer that may be used: no redirect, not compressed, at most 64 KiB of UTF-8.
 *
 * @throws OutboundError where it may not
 */
export async function readAnswer(message: IncomingMessage): Promise<OutboundResponse> {
  const { statusCode: status = 0, headers } = message;
  if (status >= 300 && status < 400)
    throw new OutboundError(`answered ${status}; redirects are not followed`);
  // None was asked for, and what is small here may be large when it is unpacked.
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new OutboundError('the answer is compressed, which was not asked for');
  }
  if (Number(headers['content-length'] ?? 0) > MAX_ANSWER_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    const body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { status, headers: readHeaders(message), body };
  } catch (cause) {
    throw new OutboundError('the answer is not UTF-8', { cause });
  }
}

function readHeaders({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

function tooLarge(): OutboundError {
  return new OutboundError(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
}
