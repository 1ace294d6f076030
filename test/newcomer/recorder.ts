import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy of an API that records the access tokens of an app. */
export interface Recorder {
  readonly address: string;
  readonly accessTokens: readonly string[];
  stop(): Promise<void>;
}

/** @param target the API's address */
export async function record(target: string): Promise<Recorder> {
  const accessTokens: string[] = [];
  const server = createServer((request, response) => {
    const authorization = request.headers.authorization ?? '';
    accessTokens.push(authorization.replace(/^Bearer /, ''));
    void forward(`${target}${request.url}`, authorization, response);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${port}`,
    accessTokens,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(url: string, authorization: string, response: ServerResponse): Promise<void> {
  try {
    const answer = await fetch(url, { headers: { authorization } });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  } catch (error) {
    response.writeHead(502).end(String(error));
  }
}
