import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A form to send. */
export interface FormRequest {
  readonly url: string;
  readonly body: URLSearchParams;
}

/** The response to a form. */
export interface FormResponse {
  readonly status: number | undefined;
  readonly text: string;
}

/**
 * Sends forms so that they race: the server has the headers of all requests before it has the body of one. Each has a
 * connection of its own, which is never idle, so that a slow machine does not let the server close one.
 */
export async function sendAtOnce(forms: readonly FormRequest[]): Promise<readonly FormResponse[]> {
  const exchanges = forms.map(begin);
  const responses = Promise.all(exchanges.map(({ response }) => response));
  // RFC 9110 §10.1.1: the server asks for the body once it has begun with the request.
  await Promise.race([Promise.all(exchanges.map(({ isWanted }) => isWanted)), responses]);
  for (const { sendBody } of exchanges) sendBody();
  return Promise.all(
    (await responses).map(async ([response]) => ({
      status: response.statusCode,
      text: await text(response),
    })),
  );
}

/** Sends the headers of a request. */
function begin({ url, body }: FormRequest) {
  const content = body.toString();
  const sent = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(content),
      expect: '100-continue',
    },
  });
  sent.flushHeaders();
  return {
    isWanted: once(sent, 'continue'),
    response: once(sent, 'response') as Promise<[IncomingMessage]>,
    sendBody: () => sent.end(content),
  };
}
