import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A form on its way. */
export interface FormRequest {
  readonly url: string;
  readonly body: URLSearchParams;
}

/** What came back. */
export interface FormAnswer {
  readonly status: number | undefined;
  readonly text: string;
}

/**
 * Sends forms so that they race: each over a connection of its own that the server has taken already. It takes new
 * ones one at a time, and would have answered the first form before it saw the last.
 */
export async function sendAtOnce(forms: readonly FormRequest[]): Promise<readonly FormAnswer[]> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: forms.length });
  try {
    await Promise.all(forms.map(({ url }) => send(new URL('/health', url).href, { agent })));
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return await Promise.all(
      forms.map(({ url, body }) => send(url, { agent, method: 'POST', headers }, body.toString())),
    );
  } finally {
    agent.destroy();
  }
}

async function send(url: string, options: RequestOptions, body?: string): Promise<FormAnswer> {
  const sent = request(url, options);
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: await text(response) };
}
