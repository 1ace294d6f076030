import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to the site. */
export interface SiteRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface SiteResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The web site of an app, on its own port. It stores the requests, and responds as the test sets. */
export class AppSite {
  readonly requests: SiteRequest[] = [];
  respond: (request: SiteRequest) => SiteResponse | Promise<SiteResponse> = () => ({});

  private constructor(
    readonly origin: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** @param host by which its addresses name it */
  static async start(host: 'localhost' | '127.0.0.1' = 'localhost'): Promise<AppSite> {
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const asked = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
        site.requests.push(asked);
        void Promise.resolve(site.respond(asked)).then(({ status = 200, headers: sent = {}, body = '' }) =>
          response.writeHead(status, sent).end(body),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const site = new AppSite(`http://${host}:${port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return site;
  }

  /** The requests to one path. */
  at(path: string): readonly SiteRequest[] {
    return this.requests.filter(({ url }) => url.split('?')[0] === path);
  }
}
